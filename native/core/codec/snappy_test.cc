#include "core/codec/snappy.h"

#include "core/codec/codec_test_kit.h"

namespace quarry {
namespace {

using test::Bytes;
using test::FromHex;

// Whether `encoded` decodes to `bytes` bytes, and to which.
std::optional<Bytes> Decompressed(const Bytes& encoded, size_t bytes) {
  Bytes decoded(bytes);
  if (!DecompressSnappy(encoded, decoded)) return std::nullopt;
  return decoded;
}

Bytes Joined(Bytes head, const Bytes& tail) {
  head.insert(head.end(), tail.begin(), tail.end());
  return head;
}

TEST(Snappy, DecodesNothing) { EXPECT_EQ(Decompressed(FromHex("00"), 0), Bytes()); }

TEST(Snappy, DecodesLiteralsWhateverTheWidthOfTheirLength) {
  EXPECT_EQ(Decompressed(FromHex("03 08 010203"), 3), FromHex("010203"));
  EXPECT_EQ(Decompressed(FromHex("03 f0 02 010203"), 3), FromHex("010203"));
  EXPECT_EQ(Decompressed(FromHex("03 fc 02000000 010203"), 3), FromHex("010203"));
  const Bytes content = test::RandomBytes(300, 1);
  EXPECT_EQ(Decompressed(Joined(FromHex("ac02 f4 2b01"), content), 300), content);
  const Bytes sixty(content.begin(), content.begin() + 60);
  EXPECT_EQ(Decompressed(Joined(FromHex("3c ec"), sixty), 60), sixty);
}

TEST(Snappy, DecodesMatchesOfEachKind) {
  EXPECT_EQ(Decompressed(FromHex("09 08 010203 0903"), 9), FromHex("010203 010203 010203"));
  EXPECT_EQ(Decompressed(FromHex("08 00 07 1a0100"), 8), Bytes(8, std::byte{7}));
  EXPECT_EQ(Decompressed(FromHex("05 08 010203 0702000000"), 5), FromHex("010203 0203"));
  // 0x123 back, the high bits of which stand in the tag.
  const Bytes content = test::RandomBytes(300, 2);
  Bytes expected = content;
  for (size_t i = 0; i < 4; ++i) expected.push_back(content[300 - 0x123 + i]);
  EXPECT_EQ(Decompressed(Joined(Joined(FromHex("b002 f4 2b01"), content), FromHex("21 23")), 304), expected);
}

TEST(Snappy, RefusesWhatDoesNotFitTogether) {
  const struct {
    const char* encoded;
    size_t bytes;
  } cases[] = {
      {"", 0},                       // no length
      {"83", 3},                     // a length that does not end
      {"8380808080 00", 3},          // a length of more than five bytes
      {"04 08 010203", 3},           // another length
      {"03 08 0102", 3},             // fewer literals than announced
      {"02 08 010203", 2},           // more than there is room for
      {"04 08 010203", 4},           // less
      {"03 f4 02", 3},               // half of a length
      {"03 fc ffffffff 010203", 3},  // a length of 4 GiB
      {"05 00 07 01", 5},            // a match without its distance
      {"05 00 07 0e 01", 5},         // with half of it
      {"05 00 07 0f 010000", 5},     // with most of it
      {"05 00 07 01 00", 5},         // a match with itself
      {"05 00 07 01 02", 5},         // from before the beginning
      {"05 00 07 0f ffffffff", 5},   // from long before it
      {"04 00 07 01 01", 4},         // a match beyond the end
      {"03 08 010203 00", 3},        // an element behind the end
  };
  for (const auto& [encoded, bytes] : cases) {
    EXPECT_EQ(Decompressed(FromHex(encoded), bytes), std::nullopt) << encoded;
  }
}

TEST(Snappy, StaysWithinBothBuffersWhateverTheBytes) {
  size_t refused = 0;
  for (uint32_t seed = 0; seed < 20'000; ++seed) {
    const size_t bytes = 1 + seed % 97;
    Bytes encoded = test::RandomBytes(1 + seed % 60, seed);
    encoded[0] = static_cast<std::byte>(bytes);
    refused += !Decompressed(encoded, bytes);
  }
  EXPECT_GT(refused, 19'000u);
}

}  // namespace
}  // namespace quarry
