#include "core/codec/zlib.h"

#include "core/codec/codec_test_kit.h"

namespace quarry {
namespace {

using test::Bytes;

// zlib.compress(b"123456789", 6) of Python.
const Bytes kNineDigits = test::FromHex("789c 33343236313533b7b004 00 091e01de");

TEST(Zlib, WritesWhatZlibItselfWrites) {
  Workspace workspace;
  EXPECT_EQ(test::Encoded(*MakeZlibCodec(6), test::FromHex("313233343536373839"), workspace), kNineDigits);
}

TEST(Zlib, SaysInTheHeaderHowHardItTried) {
  Workspace workspace;
  const uint8_t flags[] = {0x01, 0x01, 0x5E, 0x5E, 0x5E, 0x5E, 0x9C, 0xDA, 0xDA, 0xDA};
  for (int level = 0; level <= 9; ++level) {
    const Bytes encoded = test::Encoded(*MakeZlibCodec(level), Bytes(100), workspace);
    EXPECT_EQ(std::to_integer<int>(encoded[0]), 0x78);
    EXPECT_EQ(std::to_integer<int>(encoded[1]), flags[level]) << level;
  }
}

TEST(Zlib, ComesBackAtEverySizeAndLevel) {
  Workspace workspace;
  for (const int level : {0, 1, 6, 9}) {
    const auto codec = MakeZlibCodec(level);
    for (const size_t size : test::TellingSizes(1)) {
      test::ExpectRoundTrip(*codec, test::BookLikeBytes(size, 1), workspace);
      test::ExpectRoundTrip(*codec, test::RandomBytes(size, 2), workspace);
    }
  }
}

TEST(Zlib, RefusesAHeaderThatNoEncoderWrites) {
  const auto codec = MakeZlibCodec(6);
  for (const char* header : {"7801 00", "799c", "889c", "789d"}) {
    Bytes encoded = kNineDigits;
    const Bytes other = test::FromHex(header);
    std::copy(other.begin(), other.end(), encoded.begin());
    test::ExpectFault(FaultReason::kMalformed, *codec, encoded, 9);
  }
  test::ExpectFault(FaultReason::kUnsupported, *codec, test::FromHex("78bb 00000000 0300 00000001"), 9);
}

TEST(Zlib, RefusesEveryTruncationAndWhatFollowsTheEnd) {
  const auto codec = MakeZlibCodec(6);
  test::ExpectEveryTruncationRefused(*codec, kNineDigits, 9);
  test::ExpectFault(FaultReason::kTruncated, *codec, Bytes(kNineDigits.begin(), kNineDigits.end() - 1), 9);
  Bytes longer = kNineDigits;
  longer.push_back(std::byte{0});
  test::ExpectFault(FaultReason::kTrailingBytes, *codec, longer, 9);
}

TEST(Zlib, RefusesMoreThanTheMetadataAllows) {
  test::ExpectFault(FaultReason::kTooLarge, *MakeZlibCodec(6), kNineDigits, 8);
}

TEST(Zlib, RefusesEveryFlippedBitThatMatters) {
  const auto codec = MakeZlibCodec(6);
  Workspace workspace;
  const Bytes content = test::BookLikeBytes(400, 3);
  const Bytes encoded = test::Encoded(*codec, content, workspace);
  // All but those that fill up the last byte of the deflate data.
  EXPECT_GE(test::FlipEveryBit(*codec, encoded, 400), encoded.size() * 8 - 7);
  for (size_t bit = 0; bit < encoded.size() * 8; ++bit) {
    Bytes flipped = encoded;
    flipped[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
    const FaultOr<Bytes> decoded = test::Decoded(*codec, flipped, 400, workspace);
    EXPECT_EQ(decoded.value_or(content), content) << bit;
  }
  Bytes flipped = kNineDigits;
  flipped.back() ^= std::byte{1};
  test::ExpectFault(FaultReason::kChecksumMismatch, *codec, flipped, 9);
}

TEST(Zlib, IsNotMadeForOtherLevels) {
  EXPECT_EQ(MakeZlibCodec(-1), nullptr);
  EXPECT_EQ(MakeZlibCodec(10), nullptr);
}

}  // namespace
}  // namespace quarry
