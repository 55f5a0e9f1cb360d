#include "core/codec/fixed_scale_offset.h"

#include <limits>

#include "core/codec/codec_test_kit.h"

namespace quarry {
namespace {

using test::Bytes;
using test::BytesOf;
using test::ItemsOf;

constexpr DataType kInt8{DataKind::kInt, 1};
constexpr DataType kUint8{DataKind::kUint, 1};
constexpr DataType kInt32{DataKind::kInt, 4};
constexpr DataType kInt64{DataKind::kInt, 8};
constexpr DataType kUint64{DataKind::kUint, 8};
constexpr DataType kFloat16{DataKind::kFloat, 2};
constexpr DataType kFloat32{DataKind::kFloat, 4};
constexpr DataType kFloat64{DataKind::kFloat, 8};
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

FaultReason EncodingFault(const Codec& codec, const Bytes& decoded) {
  Workspace workspace;
  Bytes encoded(codec.EncodedBound(decoded.size()));
  const FaultOr<size_t> written = codec.Encode(decoded, encoded, workspace);
  EXPECT_FALSE(written);
  return written ? FaultReason::kInternal : written.error().reason;
}

TEST(FixedScaleOffset, DoesWhatNumcodecsDocuments) {
  Workspace workspace;
  std::vector<double> items(10);
  for (size_t i = 0; i < 10; ++i) items[i] = 1000 + static_cast<double>(i) / 9;
  const auto codec = MakeFixedScaleOffsetCodec(1000, 100, kFloat64, kUint8);
  const Bytes encoded = test::Encoded(*codec, BytesOf(items), workspace);
  EXPECT_EQ(ItemsOf<uint8_t>(encoded), (std::vector<uint8_t>{0, 11, 22, 33, 44, 56, 67, 78, 89, 100}));
  const auto again = ItemsOf<double>(*test::Decoded(*codec, encoded, 80, workspace));
  EXPECT_EQ(again[1], 1000.11);
  EXPECT_EQ(again[9], 1001);
}

TEST(FixedScaleOffset, RoundsTiesToEven) {
  Workspace workspace;
  const auto codec = MakeFixedScaleOffsetCodec(0, 1, kFloat32, kInt8);
  EXPECT_EQ(
      ItemsOf<int8_t>(test::Encoded(
          *codec, BytesOf<float>({0.5f, 1.5f, 2.5f, -0.5f, -1.5f, 127.4f, -128.4f, 0.49999997f}), workspace)),
      (std::vector<int8_t>{0, 2, 2, 0, -2, 127, -128, 0}));
}

TEST(FixedScaleOffset, ComputesInTheTypeThatItStartsFrom) {
  Workspace workspace;
  // In float32, 16777217 is 16777216; in float64 it is not.
  const auto narrow = MakeFixedScaleOffsetCodec(1, 1, kFloat32, kInt32);
  EXPECT_EQ(ItemsOf<int32_t>(test::Encoded(*narrow, BytesOf<float>({16777216.0f}), workspace)),
            std::vector<int32_t>{16777215});
  EXPECT_EQ(ItemsOf<float>(*test::Decoded(*narrow, BytesOf<int32_t>({16777216}), 4, workspace)),
            std::vector<float>{16777216.0f});
  const auto wide = MakeFixedScaleOffsetCodec(1, 1, kInt32, kFloat64);
  EXPECT_EQ(ItemsOf<int32_t>(*test::Decoded(*wide, BytesOf<double>({16777216.0}), 4, workspace)),
            std::vector<int32_t>{16777217});
  // float16 knows no 2049: 2048 − (−1) rounds to 2048.
  const auto half = MakeFixedScaleOffsetCodec(-1, 1, kFloat16, kInt32);
  EXPECT_EQ(ItemsOf<int32_t>(test::Encoded(*half, BytesOf<uint16_t>({0x6800}), workspace)),
            std::vector<int32_t>{2048});
}

TEST(FixedScaleOffset, CutsAFractionOffWhereTheDecodedTypeIsAnInteger) {
  Workspace workspace;
  const auto codec = MakeFixedScaleOffsetCodec(0, 2, kInt32, kInt32);
  EXPECT_EQ(ItemsOf<int32_t>(*test::Decoded(*codec, BytesOf<int32_t>({3, -3}), 8, workspace)),
            (std::vector<int32_t>{1, -1}));
}

TEST(FixedScaleOffset, RefusesWhatTheEncodedTypeDoesNotHold) {
  const auto reason = FaultReason::kNotRepresentable;
  const auto to_int8 = MakeFixedScaleOffsetCodec(0, 1, kFloat64, kInt8);
  for (const double item : {128.0, -129.0, kInfinity, -kInfinity, kNaN, 127.5}) {
    EXPECT_EQ(EncodingFault(*to_int8, BytesOf<double>({0, item, 0})), reason) << item;
  }
  const auto to_uint8 = MakeFixedScaleOffsetCodec(0, 1, kFloat64, kUint8);
  for (const double item : {256.0, -1.0, -0.51}) {
    EXPECT_EQ(EncodingFault(*to_uint8, BytesOf<double>({item})), reason) << item;
  }
  EXPECT_EQ(EncodingFault(*MakeFixedScaleOffsetCodec(0, 1, kFloat64, kInt64), BytesOf<double>({0x1p63})),
            reason);
  EXPECT_EQ(EncodingFault(*MakeFixedScaleOffsetCodec(0, 1, kFloat32, kUint64), BytesOf<float>({0x1p64f})),
            reason);
  EXPECT_EQ(EncodingFault(*MakeFixedScaleOffsetCodec(0, 1, kFloat32, kInt32), BytesOf<float>({0x1p31f})),
            reason);
  EXPECT_EQ(EncodingFault(*MakeFixedScaleOffsetCodec(0, 10, kFloat64, kFloat64), BytesOf<double>({1e308})),
            reason);
  EXPECT_EQ(EncodingFault(*MakeFixedScaleOffsetCodec(0, 1, kFloat64, kFloat16), BytesOf<double>({65520})),
            reason);
}

TEST(FixedScaleOffset, RefusesWhatRoundingWouldTakeOutOfTheRangeOfTheItems) {
  Workspace workspace;
  constexpr auto reason = FaultReason::kNotRepresentable;
  // As float32 this is 2^31.
  EXPECT_EQ(EncodingFault(*MakeFixedScaleOffsetCodec(0, 1, kInt32, kFloat32), BytesOf<int32_t>({INT32_MAX})),
            reason);
  EXPECT_EQ(EncodingFault(*MakeFixedScaleOffsetCodec(0, 1, kInt64, kFloat64), BytesOf<int64_t>({INT64_MAX})),
            reason);
  // Stored as 4, which would be 3.6e38 again.
  EXPECT_EQ(EncodingFault(*MakeFixedScaleOffsetCodec(0, 1.1e-38, kFloat32, kInt8), BytesOf<float>({3.4e38f})),
            reason);
  test::ExpectRoundTrip(*MakeFixedScaleOffsetCodec(0, 1, kInt32, kFloat32), BytesOf<int32_t>({INT32_MIN}),
                        workspace);
}

TEST(FixedScaleOffset, TakesTheLimitsOfIntegerTypes) {
  Workspace workspace;
  const auto int64 = MakeFixedScaleOffsetCodec(0, 1, kFloat64, kInt64);
  EXPECT_EQ(
      ItemsOf<int64_t>(test::Encoded(*int64, BytesOf<double>({-0x1p63, 0x1.FFFFFFFFFFFFFp62}), workspace)),
      (std::vector<int64_t>{INT64_MIN, 0x7FFFFFFFFFFFFC00}));
  const auto int32 = MakeFixedScaleOffsetCodec(0, 1, kFloat32, kInt32);
  EXPECT_EQ(ItemsOf<int32_t>(test::Encoded(*int32, BytesOf<float>({-0x1p31f}), workspace)),
            std::vector<int32_t>{INT32_MIN});
}

TEST(FixedScaleOffset, LetsInfinitiesAndNaNThroughToFloats) {
  Workspace workspace;
  const auto codec = MakeFixedScaleOffsetCodec(5, 2, kFloat64, kFloat32);
  const auto encoded =
      ItemsOf<float>(test::Encoded(*codec, BytesOf<double>({kInfinity, -kInfinity, kNaN}), workspace));
  EXPECT_EQ(encoded[0], std::numeric_limits<float>::infinity());
  EXPECT_EQ(encoded[1], -std::numeric_limits<float>::infinity());
  EXPECT_NE(encoded[2], encoded[2]);
}

TEST(FixedScaleOffset, RefusesStoredItemsThatTheDecodedTypeDoesNotHold) {
  const auto codec = MakeFixedScaleOffsetCodec(0, 1, kInt8, kFloat64);
  for (const double item : {128.0, kNaN, -1e300}) {
    test::ExpectFault(FaultReason::kNotRepresentable, *codec, BytesOf<double>({item}), 1);
  }
  test::ExpectFault(FaultReason::kLengthMismatch, *codec, Bytes(9), 8);
  test::ExpectFault(FaultReason::kTooLarge, *codec, Bytes(24), 2);
}

TEST(FixedScaleOffset, IsNotMadeForBoolOrWithoutAUsableScale) {
  EXPECT_EQ(MakeFixedScaleOffsetCodec(0, 1, {DataKind::kBool, 1}, kInt8), nullptr);
  EXPECT_EQ(MakeFixedScaleOffsetCodec(0, 1, kInt8, {DataKind::kBool, 1}), nullptr);
  EXPECT_EQ(MakeFixedScaleOffsetCodec(0, 0, kFloat64, kInt8), nullptr);
  EXPECT_EQ(MakeFixedScaleOffsetCodec(0, kNaN, kFloat64, kInt8), nullptr);
  EXPECT_EQ(MakeFixedScaleOffsetCodec(kInfinity, 1, kFloat64, kInt8), nullptr);
  EXPECT_EQ(MakeFixedScaleOffsetCodec(0, 1e-9, kFloat16, kInt8), nullptr);
  EXPECT_EQ(MakeFixedScaleOffsetCodec(1e300, 1, kInt8, kFloat32), nullptr);
}

}  // namespace
}  // namespace quarry
