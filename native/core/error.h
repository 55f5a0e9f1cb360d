// Errors of the core: a reason plus fixed fields, never a sentence. The layer that talks to people
// (TypeScript) writes the sentence, so that both backends say the same. Nothing in the core throws across its
// API.
#pragma once

#include <cstdint>
#include <expected>

namespace quarry {

// Numbered as FAULT_REASONS in codecs/fault.ts; the values cross the addon boundary.
enum class FaultReason : uint8_t {
  kTruncated = 0,         // the input ends before the structure that it describes does
  kMalformed = 1,         // a header, block or token that no encoder writes
  kTrailingBytes = 2,     // bytes follow the end of the encoded data
  kChecksumMismatch = 3,  // expected: stored, actual: computed
  kLengthMismatch = 4,    // expected, actual: decoded bytes
  kTooLarge = 5,          // expected: the most that metadata allows, actual: what the input declares
  kUnsupported = 6,       // legal input that this implementation does not do
  kInternal = 7,          // the compression library failed for a reason of its own
  kNotRepresentable = 8,  // a value that the data type which it goes to cannot hold
};

// What a codec found wrong with its input.
struct Fault {
  FaultReason reason;
  uint64_t expected = 0;
  uint64_t actual = 0;
};

template <typename T>
using FaultOr = std::expected<T, Fault>;

}  // namespace quarry
