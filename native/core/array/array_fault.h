// What went wrong in a read or write of an array, and where.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/chain/chain.h"
#include "core/os/file.h"

namespace quarry {

// The values cross the addon boundary; their names there are in src/codec/native/addon.ts.
enum class ArrayFaultKind : uint8_t {
  kChunkCodec = 0,        // `chain` says which codec of the chunk's chain
  kIndexCodec = 1,        // `chain` says which codec of the index's chain
  kShardTruncated = 2,    // the shard has `actual` bytes, its index alone needs `expected`
  kEntryOutOfBounds = 3,  // the index points to [offset, offset + length) of a shard of `actual` bytes
  kChunkTooLarge = 4,     // `actual` encoded bytes where no writer needs more than `expected`
  kOs = 5,                // `os` failed on `path`
  kFileChanged = 6,       // the file ended before the `expected` bytes that it had when it was opened
  kMemory = 7,            // no memory for `expected` bytes
  kCancelled = 8,         // the job was cancelled before it had its effect
};

struct ArrayFault {
  ArrayFaultKind kind;
  ChainFault chain{};
  os::OsFault os{};
  uint64_t expected = 0;
  uint64_t actual = 0;
  uint64_t offset_bytes = 0;
  uint64_t encoded_bytes = 0;
  std::string path = {};              // of the file
  std::vector<uint64_t> object = {};  // grid coordinates of the stored object
  std::vector<uint64_t> cell = {};  // grid coordinates of the cell; empty where the whole object is at fault
};

template <typename T>
using ArrayOr = std::expected<T, ArrayFault>;

}  // namespace quarry
