// What every codec is put through. Buffers are heap blocks of exactly the size that a codec may touch, so
// that the address sanitizer sees a single byte read or written outside.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <initializer_list>
#include <random>
#include <string_view>
#include <vector>

#include "core/codec/codec.h"

namespace quarry::test {

using Bytes = std::vector<std::byte>;

inline Bytes FromHex(std::string_view hex) {
  Bytes bytes;
  int digits = 0;
  unsigned value = 0;
  for (const char c : hex) {
    if (c == ' ') continue;
    value = value * 16 + static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
    if (++digits % 2 == 0) {
      bytes.push_back(static_cast<std::byte>(value));
      value = 0;
    }
  }
  return bytes;
}

template <typename T>
Bytes BytesOf(const std::vector<T>& items) {
  Bytes bytes(items.size() * sizeof(T));
  if (!bytes.empty()) std::memcpy(bytes.data(), items.data(), bytes.size());
  return bytes;
}

template <typename T>
std::vector<T> ItemsOf(ByteView bytes) {
  std::vector<T> items(bytes.size() / sizeof(T));
  if (!items.empty()) std::memcpy(items.data(), bytes.data(), items.size() * sizeof(T));
  return items;
}

inline Bytes RandomBytes(size_t size, uint32_t seed) {
  std::mt19937 random(seed);
  Bytes bytes(size);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

// Rows of int32 that walk a little from one to the next, as prices in a book do; cut off at `size`.
inline Bytes BookLikeBytes(size_t size, uint32_t seed) {
  constexpr size_t kColumns = 20;
  std::mt19937 random(seed);
  std::vector<int32_t> row(kColumns);
  for (size_t column = 0; column < kColumns; ++column)
    row[column] = 6'000'000 + static_cast<int32_t>(column * 10);
  std::vector<int32_t> items;
  while (items.size() * sizeof(int32_t) < size) {
    if (random() % 3 == 0) row[random() % kColumns] += static_cast<int32_t>(random() % 21) - 10;
    items.insert(items.end(), row.begin(), row.end());
  }
  Bytes bytes = BytesOf(items);
  bytes.resize(size);
  return bytes;
}

// The sizes at which vector loops, blocks and tails meet, in items of `item_bytes`.
inline std::vector<size_t> TellingSizes(size_t item_bytes) {
  std::vector<size_t> sizes;
  for (const size_t items : {0,  1,  2,   3,   7,   8,   9,   15,  16,   17,   31,   32,   33,   63,
                             64, 65, 127, 128, 129, 255, 256, 257, 1000, 1024, 4095, 4096, 4097, 40000}) {
    sizes.push_back(items * item_bytes);
  }
  return sizes;
}

inline Bytes Encoded(const Codec& codec, const Bytes& decoded, Workspace& workspace) {
  Bytes encoded(codec.EncodedBound(decoded.size()));
  const FaultOr<size_t> written = codec.Encode(decoded, encoded, workspace);
  if (!written) {
    ADD_FAILURE() << "encoding failed with reason " << static_cast<int>(written.error().reason);
    return {};
  }
  EXPECT_LE(*written, encoded.size());
  EXPECT_EQ(*written, codec.EncodedBytes(decoded.size()).value_or(*written));
  return Bytes(encoded.begin(), encoded.begin() + static_cast<std::ptrdiff_t>(*written));
}

// Decodes into a buffer of exactly `capacity` bytes.
inline FaultOr<Bytes> Decoded(const Codec& codec, const Bytes& encoded, size_t capacity,
                              Workspace& workspace) {
  Bytes decoded(capacity, std::byte{0xA5});
  const FaultOr<size_t> written = codec.Decode(encoded, decoded, workspace);
  if (!written) return std::unexpected(written.error());
  EXPECT_LE(*written, capacity);
  decoded.resize(*written);
  return decoded;
}

inline void ExpectRoundTrip(const Codec& codec, const Bytes& decoded, Workspace& workspace) {
  const Bytes encoded = Encoded(codec, decoded, workspace);
  EXPECT_EQ(Encoded(codec, decoded, workspace), encoded) << "the same input gave other bytes";
  const FaultOr<Bytes> again = Decoded(codec, encoded, decoded.size(), workspace);
  ASSERT_TRUE(again.has_value()) << "decoding failed with reason " << static_cast<int>(again.error().reason)
                                 << " at " << decoded.size() << " bytes";
  EXPECT_EQ(*again, decoded) << "at " << decoded.size() << " bytes";
}

inline void ExpectFault(FaultReason reason, const Codec& codec, const Bytes& encoded, size_t capacity) {
  Workspace workspace;
  const FaultOr<Bytes> decoded = Decoded(codec, encoded, capacity, workspace);
  ASSERT_FALSE(decoded.has_value()) << "decoded to " << decoded->size() << " bytes";
  EXPECT_EQ(static_cast<int>(decoded.error().reason), static_cast<int>(reason));
}

// Every proper prefix is refused.
inline void ExpectEveryTruncationRefused(const Codec& codec, const Bytes& encoded, size_t decoded_bytes) {
  Workspace workspace;
  for (size_t size = 0; size < encoded.size(); ++size) {
    const Bytes prefix(encoded.begin(), encoded.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(Decoded(codec, prefix, decoded_bytes, workspace).has_value())
        << "first " << size << " bytes";
  }
}

// Every flipped bit either is refused or yields no more than the capacity; the sanitizers watch over the
// rest. Returns how many flips were refused.
inline size_t FlipEveryBit(const Codec& codec, const Bytes& encoded, size_t decoded_bytes) {
  Workspace workspace;
  size_t refused = 0;
  for (size_t bit = 0; bit < encoded.size() * 8; ++bit) {
    Bytes flipped = encoded;
    flipped[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
    if (!Decoded(codec, flipped, decoded_bytes, workspace)) ++refused;
  }
  return refused;
}

}  // namespace quarry::test
