#include "core/codec/quantize.h"

#include <limits>

#include "core/codec/codec_test_kit.h"

namespace quarry {
namespace {

using test::Bytes;
using test::BytesOf;
using test::ItemsOf;

constexpr DataType kFloat16{DataKind::kFloat, 2};
constexpr DataType kFloat32{DataKind::kFloat, 4};
constexpr DataType kFloat64{DataKind::kFloat, 8};

void ExpectNotRepresentable(const Codec& codec, const Bytes& decoded) {
  Workspace workspace;
  Bytes encoded(codec.EncodedBound(decoded.size()));
  const FaultOr<size_t> written = codec.Encode(decoded, encoded, workspace);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().reason, FaultReason::kNotRepresentable);
}

TEST(Quantize, RoundsToMultiplesOfAPowerOfTwo) {
  Workspace workspace;
  // numcodecs.Quantize(digits=1, dtype="f8") has 4 bits; the example in its documentation.
  const auto codec = MakeQuantizeCodec(4, kFloat64, kFloat64);
  const Bytes encoded = test::Encoded(
      *codec, BytesOf<double>({0, 1.0 / 9, 2.0 / 9, 3.0 / 9, 4.0 / 9, 1.0 / 32, 3.0 / 32, -1.0 / 9}),
      workspace);
  EXPECT_EQ(ItemsOf<double>(encoded),
            (std::vector<double>{0, 0.125, 0.25, 0.3125, 0.4375, 0, 0.125, -0.125}));
}

TEST(Quantize, TakesNegativeBitsForLargerSteps) {
  Workspace workspace;
  EXPECT_EQ(ItemsOf<float>(test::Encoded(*MakeQuantizeCodec(-3, kFloat32, kFloat32),
                                         BytesOf<float>({3, 5, 12, 20, 1001}), workspace)),
            (std::vector<float>{0, 8, 16, 16, 1000}));
}

TEST(Quantize, StoresAnotherTypeAndComesBackThroughIt) {
  Workspace workspace;
  const auto codec = MakeQuantizeCodec(4, kFloat64, kFloat16);
  const Bytes encoded = test::Encoded(*codec, BytesOf<double>({1.0 / 9, -1000.3}), workspace);
  EXPECT_EQ(ItemsOf<uint16_t>(encoded), (std::vector<uint16_t>{0x3000, 0xE3D1}));
  EXPECT_EQ(ItemsOf<double>(*test::Decoded(*codec, encoded, 16, workspace)),
            (std::vector<double>{0.125, -1000.5}));
}

TEST(Quantize, LetsInfinitiesAndNaNThrough) {
  Workspace workspace;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto items = ItemsOf<double>(test::Encoded(
      *MakeQuantizeCodec(4, kFloat64, kFloat64),
      BytesOf<double>({kInfinity, -kInfinity, std::numeric_limits<double>::quiet_NaN()}), workspace));
  EXPECT_EQ(items[0], kInfinity);
  EXPECT_EQ(items[1], -kInfinity);
  EXPECT_NE(items[2], items[2]);
}

TEST(Quantize, RefusesFiniteNumbersThatWouldBecomeInfinite) {
  ExpectNotRepresentable(*MakeQuantizeCodec(4, kFloat64, kFloat64), BytesOf<double>({1, 1.7e308}));
  ExpectNotRepresentable(*MakeQuantizeCodec(4, kFloat64, kFloat32), BytesOf<double>({1e39, 1}));
  ExpectNotRepresentable(*MakeQuantizeCodec(10, kFloat16, kFloat16), BytesOf<uint16_t>({0x5800}));  // 128
}

TEST(Quantize, RefusesAPartOfAnItemAndMoreThanFits) {
  const auto codec = MakeQuantizeCodec(4, kFloat32, kFloat32);
  test::ExpectFault(FaultReason::kLengthMismatch, *codec, Bytes(7), 8);
  test::ExpectFault(FaultReason::kTooLarge, *codec, Bytes(12), 8);
}

TEST(Quantize, IsNotMadeForOtherTypesOrStepsThatTheTypeDoesNotHave) {
  EXPECT_EQ(MakeQuantizeCodec(4, {DataKind::kInt, 4}, kFloat32), nullptr);
  EXPECT_EQ(MakeQuantizeCodec(4, kFloat32, {DataKind::kInt, 4}), nullptr);
  EXPECT_EQ(MakeQuantizeCodec(16, kFloat16, kFloat64), nullptr);
  EXPECT_EQ(MakeQuantizeCodec(-200, kFloat32, kFloat32), nullptr);
  EXPECT_EQ(MakeQuantizeCodec(1100, kFloat64, kFloat64), nullptr);
}

}  // namespace
}  // namespace quarry
