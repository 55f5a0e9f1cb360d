// Borrowed bytes and unaligned little-endian access. A view never outlives the call that it was passed to.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace quarry {

static_assert(std::endian::native == std::endian::little, "Quarry's core assumes a little-endian host");

using ByteView = std::span<const std::byte>;
using MutableBytes = std::span<std::byte>;

// Bytes [begin, end) of something.
struct ByteRange {
  size_t begin;
  size_t end;
  bool Contains(const ByteRange& other) const { return begin <= other.begin && other.end <= end; }
};

// An item of that size that is moved as one and never looked into.
struct SixteenBytes {
  uint64_t words[2];
};

template <typename T>
inline T LoadLittleEndian(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}

template <typename T>
inline void StoreLittleEndian(std::byte* at, T value) {
  std::memcpy(at, &value, sizeof(T));
}

}  // namespace quarry
