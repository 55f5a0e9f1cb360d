#include "core/codec/pack_bits.h"

#include "core/codec/codec_test_kit.h"

namespace quarry {
namespace {

using test::Bytes;

Bytes RandomBools(size_t items, uint32_t seed) {
  Bytes bools = test::RandomBytes(items, seed);
  for (std::byte& item : bools) item &= std::byte{1};
  return bools;
}

TEST(PackBits, PutsTheFirstItemIntoTheHighestBit) {
  Workspace workspace;
  // The example in numcodecs' documentation.
  EXPECT_EQ(test::Encoded(*MakePackBitsCodec(4), test::FromHex("01000001"), workspace),
            test::FromHex("0490"));
  EXPECT_EQ(test::Encoded(*MakePackBitsCodec(9), test::FromHex("0100000000000001 01"), workspace),
            test::FromHex("07 81 80"));
  EXPECT_EQ(test::Encoded(*MakePackBitsCodec(0), {}, workspace), test::FromHex("00"));
}

TEST(PackBits, ComesBackAtEverySize) {
  Workspace workspace;
  for (const size_t items : test::TellingSizes(1)) {
    test::ExpectRoundTrip(*MakePackBitsCodec(items), RandomBools(items, 1), workspace);
  }
}

TEST(PackBits, TakesEveryByteButZeroForTrue) {
  Workspace workspace;
  const auto codec = MakePackBitsCodec(256);
  Bytes bools(256);
  for (size_t i = 0; i < 256; ++i) bools[i] = static_cast<std::byte>(i);
  Bytes expected(33, std::byte{0xFF});
  expected[0] = std::byte{0};
  expected[1] = std::byte{0x7F};
  EXPECT_EQ(test::Encoded(*codec, bools, workspace), expected);
}

TEST(PackBits, RefusesAnotherPaddingOrLengthThanTheChunks) {
  const auto codec = MakePackBitsCodec(12);
  test::ExpectFault(FaultReason::kMalformed, *codec, test::FromHex("03 ffff"), 12);
  test::ExpectFault(FaultReason::kMalformed, *codec, test::FromHex("ff ffff"), 12);
  test::ExpectFault(FaultReason::kLengthMismatch, *codec, test::FromHex("04 ff"), 12);
  test::ExpectFault(FaultReason::kLengthMismatch, *codec, test::FromHex("04 ffffff"), 12);
  test::ExpectFault(FaultReason::kLengthMismatch, *codec, {}, 12);
  test::ExpectFault(FaultReason::kTooLarge, *codec, test::FromHex("04 ffff"), 11);
}

TEST(PackBits, DoesNotLookAtThePadding) {
  Workspace workspace;
  EXPECT_EQ(*test::Decoded(*MakePackBitsCodec(4), test::FromHex("049f"), 4, workspace),
            test::FromHex("01000001"));
}

}  // namespace
}  // namespace quarry
