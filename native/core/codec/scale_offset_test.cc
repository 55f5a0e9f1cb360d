#include "core/codec/scale_offset.h"

#include <limits>

#include "core/codec/codec_test_kit.h"

namespace quarry {
namespace {

using test::Bytes;
using test::BytesOf;
using test::ItemsOf;

constexpr DataType kInt8{DataKind::kInt, 1};
constexpr DataType kUint16{DataKind::kUint, 2};
constexpr DataType kInt64{DataKind::kInt, 8};
constexpr DataType kUint64{DataKind::kUint, 8};
constexpr DataType kFloat32{DataKind::kFloat, 4};

FaultReason EncodingFault(const Codec& codec, const Bytes& decoded) {
  Workspace workspace;
  Bytes encoded(codec.EncodedBound(decoded.size()));
  const FaultOr<size_t> written = codec.Encode(decoded, encoded, workspace);
  EXPECT_FALSE(written);
  return written ? FaultReason::kInternal : written.error().reason;
}

TEST(ScaleOffset, SubtractsAndMultipliesIntegers) {
  Workspace workspace;
  const auto codec = MakeIntegerScaleOffsetCodec("1000", "3", kUint16);
  const Bytes decoded = BytesOf<uint16_t>({1000, 1001, 1255});
  EXPECT_EQ(ItemsOf<uint16_t>(test::Encoded(*codec, decoded, workspace)), (std::vector<uint16_t>{0, 3, 765}));
  test::ExpectRoundTrip(*codec, decoded, workspace);
}

TEST(ScaleOffset, IsExactWhereNoDoubleWouldBe) {
  Workspace workspace;
  const auto codec = MakeIntegerScaleOffsetCodec("9007199254740993", "-1", kInt64);
  test::ExpectRoundTrip(*codec, BytesOf<int64_t>({9007199254740994, 9007199254740992, 0, -5}), workspace);
  test::ExpectRoundTrip(*MakeIntegerScaleOffsetCodec("18446744073709551615", "1", kUint64),
                        BytesOf<uint64_t>({UINT64_MAX}), workspace);
}

TEST(ScaleOffset, RefusesIntegersThatOverflowInBetweenOrAtTheEnd) {
  const auto reason = FaultReason::kNotRepresentable;
  EXPECT_EQ(EncodingFault(*MakeIntegerScaleOffsetCodec("1000", "1", kUint16), BytesOf<uint16_t>({5000, 999})),
            reason);
  EXPECT_EQ(EncodingFault(*MakeIntegerScaleOffsetCodec("0", "2", kInt8), BytesOf<int8_t>({1, 64})), reason);
  EXPECT_EQ(EncodingFault(*MakeIntegerScaleOffsetCodec("-100", "-1", kInt8), BytesOf<int8_t>({28})), reason);
}

TEST(ScaleOffset, RefusesStoredIntegersThatNoItemEncodesTo) {
  const auto reason = FaultReason::kNotRepresentable;
  test::ExpectFault(reason, *MakeIntegerScaleOffsetCodec("0", "3", kInt8), BytesOf<int8_t>({3, 4}), 2);
  test::ExpectFault(reason, *MakeIntegerScaleOffsetCodec("100", "1", kInt8), BytesOf<int8_t>({28}), 1);
  test::ExpectFault(reason, *MakeIntegerScaleOffsetCodec("0", "-1", kInt8), BytesOf<int8_t>({-128}), 1);
  test::ExpectFault(reason, *MakeIntegerScaleOffsetCodec("0", "-1", kInt64), BytesOf<int64_t>({INT64_MIN}),
                    8);
  test::ExpectFault(reason, *MakeIntegerScaleOffsetCodec("0", "0", kInt8), BytesOf<int8_t>({0}), 1);
}

TEST(ScaleOffset, ComputesFloatsInTheirOwnType) {
  Workspace workspace;
  const auto codec = MakeFloatScaleOffsetCodec(5, 0.1, kFloat32);
  const Bytes encoded = test::Encoded(*codec, BytesOf<float>({5, 6, 12.5f}), workspace);
  EXPECT_EQ(ItemsOf<float>(encoded), (std::vector<float>{0, 0.1f, 7.5f * 0.1f}));
  EXPECT_EQ(ItemsOf<float>(*test::Decoded(*codec, encoded, 12, workspace)),
            (std::vector<float>{5, 6, 7.5f * 0.1f / 0.1f + 5}));
}

TEST(ScaleOffset, RefusesFiniteNumbersThatWouldBecomeInfiniteAndLetsOthersThrough) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(EncodingFault(*MakeFloatScaleOffsetCodec(0, 10, kFloat32), BytesOf<float>({1, 3e38f})),
            FaultReason::kNotRepresentable);
  // Finite as it is stored, and rounded to more than the largest float32 when it is decoded.
  EXPECT_EQ(EncodingFault(*MakeFloatScaleOffsetCodec(0x1p103, 0x1.7317aap-1, kFloat32),
                          BytesOf<float>({std::numeric_limits<float>::max()})),
            FaultReason::kNotRepresentable);
  test::ExpectFault(FaultReason::kNotRepresentable, *MakeFloatScaleOffsetCodec(0, 0, kFloat32),
                    BytesOf<float>({1}), 4);
  Workspace workspace;
  test::ExpectRoundTrip(*MakeFloatScaleOffsetCodec(1, 2, kFloat32), BytesOf<float>({kInfinity, -kInfinity}),
                        workspace);
}

TEST(ScaleOffset, RefusesAPartOfAnItemAndMoreThanFits) {
  const auto codec = MakeIntegerScaleOffsetCodec("1", "2", kUint16);
  test::ExpectFault(FaultReason::kLengthMismatch, *codec, Bytes(3), 4);
  test::ExpectFault(FaultReason::kTooLarge, *codec, Bytes(6), 4);
}

TEST(ScaleOffset, IsTheIdentityForZeroAndOne) {
  EXPECT_TRUE(MakeIntegerScaleOffsetCodec("0", "1", kInt8)->IsIdentity());
  EXPECT_TRUE(MakeFloatScaleOffsetCodec(0, 1, kFloat32)->IsIdentity());
  EXPECT_FALSE(MakeIntegerScaleOffsetCodec("0", "-1", kInt8)->IsIdentity());
}

TEST(ScaleOffset, IsNotMadeOfNumbersThatTheTypeDoesNotHold) {
  for (const char* text : {"", "128", "1.0", "1e2", " 1", "1 ", "0x1", "+1"}) {
    EXPECT_EQ(MakeIntegerScaleOffsetCodec(text, "1", kInt8), nullptr) << text;
    EXPECT_EQ(MakeIntegerScaleOffsetCodec("0", text, kInt8), nullptr) << text;
  }
  EXPECT_EQ(MakeIntegerScaleOffsetCodec("-1", "1", kUint16), nullptr);
  EXPECT_EQ(MakeIntegerScaleOffsetCodec("0", "1", kFloat32), nullptr);
  EXPECT_EQ(MakeFloatScaleOffsetCodec(0, 1, kInt8), nullptr);
}

}  // namespace
}  // namespace quarry
