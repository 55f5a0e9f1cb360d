#include "core/codec/bit_round.h"

#include <cmath>
#include <limits>

#include "core/codec/codec_test_kit.h"

namespace quarry {
namespace {

using test::Bytes;
using test::BytesOf;
using test::ItemsOf;

constexpr DataType kFloat32{DataKind::kFloat, 4};
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kMax = std::numeric_limits<float>::max();

std::vector<float> Rounded(int keep_bits, const std::vector<float>& items) {
  Workspace workspace;
  return ItemsOf<float>(test::Encoded(*MakeBitRoundCodec(keep_bits, kFloat32), BytesOf(items), workspace));
}

TEST(BitRound, RoundsTheMantissaWithTiesToEven) {
  // One bit: 1, 1.5, 2, 3, 4 …
  EXPECT_EQ(Rounded(1, {1.0f, 1.2f, 1.25f, 1.26f, 1.75f, 1.74f, -1.26f, 0.0f, 3.5f}),
            (std::vector<float>{1.0f, 1.0f, 1.0f, 1.5f, 2.0f, 1.5f, -1.5f, 0.0f, 4.0f}));
  EXPECT_EQ(Rounded(0, {1.0f, 1.5f, 1.49f, 3.0f}), (std::vector<float>{1.0f, 2.0f, 1.0f, 2.0f}));
}

TEST(BitRound, AgreesWithNumcodecs) {
  // numcodecs.BitRound(5).encode(numpy.array([0.1, 3.14159265, 6.02e23, -1e-40], "f4"))
  EXPECT_EQ(
      Rounded(5, {0.1f, 3.14159265f, 6.02e23f, -1e-40f}),
      (std::vector<float>{0x1.9800000000000p-4f, 0x1.9000000000000p+1f, 0x1.0000000000000p+79f, -0x0.0p+0f}));
}

TEST(BitRound, KeepsInfinitiesAndNaN) {
  EXPECT_EQ(Rounded(0, {kInfinity, -kInfinity}), (std::vector<float>{kInfinity, -kInfinity}));
  Workspace workspace;
  // The last of these is what rounding would carry into the sign.
  const Bytes nans = BytesOf<uint32_t>({0x7FC00000, 0xFFC00001, 0x7F800001, 0x7FFFFFFF});
  for (const int keep_bits : {0, 7, 22}) {
    EXPECT_EQ(test::Encoded(*MakeBitRoundCodec(keep_bits, kFloat32), nans, workspace), nans);
  }
  const Bytes half_nans = BytesOf<uint16_t>({0x7E00, 0xFE00, 0x7C01, 0x7FFF, 0xFFFF});
  const Bytes double_nans = BytesOf<uint64_t>({0x7FF8000000000000, 0xFFFFFFFFFFFFFFFF});
  for (const int keep_bits : {0, 7}) {
    EXPECT_EQ(test::Encoded(*MakeBitRoundCodec(keep_bits, {DataKind::kFloat, 2}), half_nans, workspace),
              half_nans);
    EXPECT_EQ(test::Encoded(*MakeBitRoundCodec(keep_bits, {DataKind::kFloat, 8}), double_nans, workspace),
              double_nans);
  }
}

TEST(BitRound, RefusesHalvesThatWouldBecomeInfinite) {
  Workspace workspace;
  Bytes encoded(2);
  const auto codec = MakeBitRoundCodec(3, {DataKind::kFloat, 2});
  for (const uint16_t item : {uint16_t{0x7BFF}, uint16_t{0xFBFF}}) {
    EXPECT_FALSE(codec->Encode(BytesOf<uint16_t>({item}), encoded, workspace));
  }
}

TEST(BitRound, RefusesWhatWouldBecomeInfinite) {
  const auto codec = MakeBitRoundCodec(7, kFloat32);
  Workspace workspace;
  for (const float item : {kMax, -kMax}) {
    const Bytes decoded = BytesOf<float>({1, item, 1});
    Bytes encoded(decoded.size());
    const FaultOr<size_t> written = codec->Encode(decoded, encoded, workspace);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().reason, FaultReason::kNotRepresentable);
  }
  EXPECT_EQ(Rounded(7, {0x1.FEp127f}), (std::vector<float>{0x1.FEp127f}));
}

TEST(BitRound, IsTheNearestNumberOfSoManyBitsForEveryWidth) {
  const Bytes halves = test::RandomBytes(2000 * 2, 1);
  Workspace workspace;
  Bytes doubles = test::RandomBytes(2000 * 8, 2);
  for (size_t item = 0; item < 2000; ++item) doubles[item * 8 + 7] = std::byte{0x3F};
  const auto rounded =
      ItemsOf<double>(test::Encoded(*MakeBitRoundCodec(20, {DataKind::kFloat, 8}), doubles, workspace));
  const auto items = ItemsOf<double>(doubles);
  for (size_t item = 0; item < items.size(); ++item) {
    const double scale = std::ldexp(1.0, 20 - std::ilogb(items[item]));
    EXPECT_EQ(rounded[item], std::nearbyint(items[item] * scale) / scale);
  }
  Bytes finite_halves = halves;
  for (size_t item = 0; item < 2000; ++item) finite_halves[item * 2 + 1] &= std::byte{0xBF};
  const Bytes once = test::Encoded(*MakeBitRoundCodec(3, {DataKind::kFloat, 2}), finite_halves, workspace);
  EXPECT_EQ(test::Encoded(*MakeBitRoundCodec(3, {DataKind::kFloat, 2}), once, workspace), once);
  for (const uint16_t half : ItemsOf<uint16_t>(once)) EXPECT_EQ(half & 0x7F, 0);
}

TEST(BitRound, DecodesToWhatIsThere) {
  Workspace workspace;
  const Bytes bytes = test::RandomBytes(100 * 4, 3);
  EXPECT_EQ(*test::Decoded(*MakeBitRoundCodec(3, kFloat32), bytes, bytes.size(), workspace), bytes);
  test::ExpectFault(FaultReason::kLengthMismatch, *MakeBitRoundCodec(3, kFloat32), Bytes(7), 8);
  test::ExpectFault(FaultReason::kTooLarge, *MakeBitRoundCodec(3, kFloat32), Bytes(12), 8);
}

TEST(BitRound, IsTheIdentityWhereAllBitsAreKept) {
  EXPECT_TRUE(MakeBitRoundCodec(23, kFloat32)->IsIdentity());
  EXPECT_FALSE(MakeBitRoundCodec(22, kFloat32)->IsIdentity());
}

TEST(BitRound, IsNotMadeForMoreBitsThanThereAreOrForOtherTypes) {
  EXPECT_EQ(MakeBitRoundCodec(24, kFloat32), nullptr);
  EXPECT_EQ(MakeBitRoundCodec(-1, kFloat32), nullptr);
  EXPECT_EQ(MakeBitRoundCodec(11, {DataKind::kFloat, 2}), nullptr);
  EXPECT_EQ(MakeBitRoundCodec(3, {DataKind::kInt, 4}), nullptr);
  EXPECT_EQ(MakeBitRoundCodec(3, {DataKind::kOpaque, 4, 1}), nullptr);
}

}  // namespace
}  // namespace quarry
