#include "core/codec/lz4_block.h"

#include <lz4.h>
#include <lz4hc.h>

#include <algorithm>

#include "core/codec/codec_test_kit.h"

namespace quarry {
namespace {

using test::Bytes;
using test::FromHex;

// What `encoded` decodes to in a buffer of exactly `capacity` bytes.
std::optional<Bytes> Decompressed(const Bytes& encoded, size_t capacity) {
  Bytes decoded(capacity);
  const auto written = DecompressLz4(encoded, decoded);
  if (!written) return std::nullopt;
  decoded.resize(*written);
  return decoded;
}

std::optional<Bytes> Front(const Bytes& encoded, size_t bytes) {
  Bytes front(bytes);
  if (!DecompressLz4Front(encoded, front)) return std::nullopt;
  return front;
}

Bytes First(const Bytes& bytes, size_t count) {
  return Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
}

// As LZ4 itself encodes it; at level 0 in the fast way, else by LZ4 HC.
Bytes Compressed(const Bytes& content, int level) {
  const int bytes = static_cast<int>(content.size());
  Bytes encoded(static_cast<size_t>(LZ4_compressBound(bytes)));
  const auto* from = reinterpret_cast<const char*>(content.data());
  auto* to = reinterpret_cast<char*>(encoded.data());
  const int room = static_cast<int>(encoded.size());
  const int written = level == 0 ? LZ4_compress_default(from, to, bytes, room)
                                 : LZ4_compress_HC(from, to, bytes, room, level);
  encoded.resize(static_cast<size_t>(written));
  return encoded;
}

// Content that repeats itself every `period` bytes, but for a byte now and then.
Bytes PeriodicBytes(size_t size, size_t period, uint32_t seed) {
  std::mt19937 random(seed);
  Bytes bytes(size);
  for (size_t i = 0; i < size; ++i) {
    const bool repeats = i >= period && random() % 100 != 0;
    bytes[i] = repeats ? bytes[i - period] : static_cast<std::byte>(random());
  }
  return bytes;
}

std::vector<Bytes> Contents(size_t size) {
  std::vector<Bytes> contents{Bytes(size), test::RandomBytes(size, 1), test::BookLikeBytes(size, 2)};
  for (const size_t period : {1, 2, 3, 5, 7, 8, 9, 13, 15, 16, 17, 40, 300}) {
    contents.push_back(PeriodicBytes(size, period, static_cast<uint32_t>(period)));
  }
  return contents;
}

TEST(Lz4Block, DecodesWhatLz4Encodes) {
  for (const size_t size : test::TellingSizes(1)) {
    for (const Bytes& content : Contents(size)) {
      for (const int level : {0, 9}) {
        const Bytes encoded = Compressed(content, level);
        EXPECT_EQ(Decompressed(encoded, size), content) << size << " bytes at level " << level;
        EXPECT_EQ(Decompressed(encoded, size + 100), content) << size << " bytes in a larger buffer";
      }
    }
  }
}

TEST(Lz4Block, DecodesNoMoreThanTheFrontThatIsAskedFor) {
  constexpr size_t kSize = 3000;
  for (const Bytes& content : Contents(kSize)) {
    const Bytes encoded = Compressed(content, 0);
    for (size_t bytes = 0; bytes <= kSize; bytes += bytes < 200 ? 1 : 97) {
      EXPECT_EQ(Front(encoded, bytes), First(content, bytes)) << bytes << " bytes";
    }
    EXPECT_EQ(Front(encoded, kSize), content);
    EXPECT_EQ(Front(encoded, kSize + 1), std::nullopt);
  }
}

TEST(Lz4Block, DoesNotLookBehindTheSequenceInWhichTheFrontEnds) {
  // Four literals, a match of 8, and a second sequence that is none.
  const Bytes encoded = FromHex("44 01020304 0400 44 0102");
  EXPECT_EQ(Front(encoded, 12), FromHex("01020304 0102030401020304"));
  EXPECT_EQ(Front(encoded, 9), FromHex("01020304 0102030401"));
  EXPECT_EQ(Front(encoded, 3), FromHex("010203"));
  EXPECT_EQ(Front(encoded, 13), std::nullopt);
}

TEST(Lz4Block, DecodesLiteralsAndMatches) {
  EXPECT_EQ(Decompressed(FromHex("00"), 0), Bytes());
  EXPECT_EQ(Decompressed(FromHex("30 010203"), 3), FromHex("010203"));
  // 4 + 2 bytes from 2 back, then the five literals of the end
  EXPECT_EQ(Decompressed(FromHex("22 0102 0200 50 0506070809"), 13), FromHex("0102 010201020102 0506070809"));
  // 15 + 255 + 3 literals
  const Bytes content = test::RandomBytes(273, 1);
  Bytes encoded = FromHex("f0 ff 03");
  encoded.insert(encoded.end(), content.begin(), content.end());
  EXPECT_EQ(Decompressed(encoded, 273), content);
  // a match of 15 + 255 + 3 + 4
  Bytes run(1 + 277, std::byte{7});
  run.insert(run.end(), 5, std::byte{8});
  EXPECT_EQ(Decompressed(FromHex("1f 07 0100 ff03 50 0808080808"), run.size()), run);
}

TEST(Lz4Block, RefusesWhatIsNoBlock) {
  const struct {
    const char* encoded;
    size_t capacity;
    const char* why;
  } cases[] = {
      {"", 10, "no token"},
      {"f0", 100, "a length that goes on"},
      {"f0 ff", 1000, "a length that goes on and on"},
      {"30 0102", 3, "fewer literals than announced"},
      {"30 010203", 2, "more literals than there is room for"},
      {"22 0102 02", 13, "half an offset"},
      {"22 0102 0200", 13, "no sequence behind a match"},
      {"22 0102 0000 50 0506070809", 13, "an offset of nothing"},
      {"22 0102 0300 50 0506070809", 13, "an offset to before the beginning"},
      {"22 0102 0200 50 0506070809", 12, "more bytes than there is room for"},
      {"2f 0102 0200", 100, "a match whose length goes on"},
      {"24 0102 0200 30 050607", 13, "a match in the last five bytes"},
  };
  for (const auto& [encoded, capacity, why] : cases) {
    EXPECT_EQ(Decompressed(FromHex(encoded), capacity), std::nullopt) << why;
  }
}

TEST(Lz4Block, RefusesEveryTruncation) {
  const Bytes content = test::BookLikeBytes(1000, 1);
  const Bytes encoded = Compressed(content, 0);
  for (size_t bytes = 0; bytes < encoded.size(); ++bytes) {
    EXPECT_NE(Decompressed(First(encoded, bytes), content.size()), content) << "first " << bytes << " bytes";
    EXPECT_EQ(Front(First(encoded, bytes), content.size()), std::nullopt) << "first " << bytes << " bytes";
  }
}

// A front is decoded as the whole is, as long as both are; the sanitizers watch over the rest.
TEST(Lz4Block, DecodesDamagedBlocksToTheSameFront) {
  constexpr size_t kSize = 700;
  std::mt19937 random(1);
  for (const Bytes& content : Contents(kSize)) {
    const Bytes encoded = Compressed(content, 0);
    for (int attempt = 0; attempt < 500; ++attempt) {
      Bytes damaged = encoded;
      for (int flips = 0; flips < 3; ++flips)
        damaged[random() % damaged.size()] ^= std::byte(1 << random() % 8);
      const auto whole = Decompressed(damaged, kSize);
      if (!whole || whole->size() != kSize) continue;
      const size_t bytes = random() % (kSize + 1);
      EXPECT_EQ(Front(damaged, bytes), First(*whole, bytes));
    }
  }
}

}  // namespace
}  // namespace quarry
