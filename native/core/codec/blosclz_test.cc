#include "core/codec/blosclz.h"

#include "core/codec/codec_test_kit.h"

namespace quarry {
namespace {

using test::Bytes;
using test::FromHex;

// Whether `encoded` decodes to `bytes` bytes, and to which.
std::optional<Bytes> Decompressed(const Bytes& encoded, size_t bytes) {
  Bytes decoded(bytes);
  if (!DecompressBlosclz(encoded, decoded)) return std::nullopt;
  return decoded;
}

TEST(Blosclz, DecodesLiterals) {
  EXPECT_EQ(Decompressed(FromHex("22 010203"), 3), FromHex("010203"));
  EXPECT_EQ(Decompressed(FromHex("20 01 01 0203"), 3), FromHex("010203"));
}

TEST(Blosclz, DecodesMatchesThatOverlapThemselves) {
  EXPECT_EQ(Decompressed(FromHex("20 07 c000"), 9), Bytes(9, std::byte{7}));
  EXPECT_EQ(Decompressed(FromHex("22 010203 6002 00ff"), 9), FromHex("010203 0102030102 ff"));
}

TEST(Blosclz, DecodesLongMatches) {
  // 7 + 2 + 255 + 3
  EXPECT_EQ(Decompressed(FromHex("20 05 e0 ff 03 00"), 268), Bytes(268, std::byte{5}));
  EXPECT_EQ(Decompressed(FromHex("20 05 e0 00 00"), 10), Bytes(10, std::byte{5}));
}

TEST(Blosclz, DecodesMatchesFarBack) {
  const Bytes content = test::RandomBytes(32 * 400, 1);
  Bytes encoded;
  for (size_t at = 0; at < content.size(); at += 32) {
    encoded.push_back(std::byte{31});
    encoded.insert(encoded.end(), content.begin() + static_cast<std::ptrdiff_t>(at),
                   content.begin() + static_cast<std::ptrdiff_t>(at + 32));
  }
  const auto with_match = [&](size_t distance) {
    Bytes expected = content;
    for (size_t i = 0; i < 5; ++i) expected.push_back(expected[expected.size() - distance]);
    return expected;
  };
  const auto followed_by = [&](const Bytes& match) {
    Bytes joined = encoded;
    joined.insert(joined.end(), match.begin(), match.end());
    return joined;
  };
  EXPECT_EQ(Decompressed(followed_by(FromHex("7f fe")), content.size() + 5), with_match(8191));
  EXPECT_EQ(Decompressed(followed_by(FromHex("7f ff 0000")), content.size() + 5), with_match(8192));
  EXPECT_EQ(Decompressed(followed_by(FromHex("7f ff 1200")), content.size() + 5), with_match(12800));
  EXPECT_EQ(Decompressed(followed_by(FromHex("7f ff 1201")), content.size() + 5), std::nullopt);
}

TEST(Blosclz, RefusesWhatDoesNotFitTogether) {
  const struct {
    const char* encoded;
    size_t bytes;
  } cases[] = {
      {"", 0},                  // no instruction
      {"22 0102", 3},           // fewer literals than announced
      {"22 010203", 2},         // more than there is room for
      {"22 010203", 4},         // less
      {"20 07 c0", 9},          // a match without its distance
      {"20 07 c001", 9},        // a match from before the beginning
      {"20 07 c000", 8},        // a match beyond the end
      {"20 05 e0 ff", 268},     // a length that does not end
      {"20 05 7f ff 00", 6},    // half of a long distance
      {"20 05 7f ff ffff", 6},  // a long distance from before the beginning
  };
  for (const auto& [encoded, bytes] : cases) {
    EXPECT_EQ(Decompressed(FromHex(encoded), bytes), std::nullopt) << encoded;
  }
}

TEST(Blosclz, StaysWithinBothBuffersWhateverTheBytes) {
  size_t refused = 0;
  for (uint32_t seed = 0; seed < 20'000; ++seed) {
    const Bytes encoded = test::RandomBytes(1 + seed % 60, seed);
    refused += !Decompressed(encoded, 1 + seed % 97);
  }
  EXPECT_GT(refused, 19'000u);
}

}  // namespace
}  // namespace quarry
