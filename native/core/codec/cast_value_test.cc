#include "core/codec/cast_value.h"

#include <cfenv>
#include <limits>

#include "core/codec/codec_test_kit.h"

namespace quarry {
namespace {

using test::Bytes;
using test::BytesOf;
using test::ItemsOf;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr Rounding kRoundings[] = {Rounding::kNearestEven, Rounding::kTowardsZero, Rounding::kTowardsPositive,
                                   Rounding::kTowardsNegative, Rounding::kNearestAway};

template <typename To, typename From>
To Cast(From value, Rounding rounding = Rounding::kNearestEven,
        OutOfRange out_of_range = OutOfRange::kError) {
  bool is_lost = false;
  const To result = ValueCast<To>(value, {rounding, out_of_range}, is_lost);
  EXPECT_FALSE(is_lost);
  return result;
}

template <typename To, typename From>
bool IsLost(From value, OutOfRange out_of_range = OutOfRange::kError,
            Rounding rounding = Rounding::kNearestEven) {
  bool is_lost = false;
  ValueCast<To>(value, {rounding, out_of_range}, is_lost);
  return is_lost;
}

TEST(ValueCast, RoundsFractionsInFiveWays) {
  const double values[] = {-2.5, -1.5, -0.6, -0.5, 0.4, 0.5, 0.6, 1.5, 2.5, 0.49999999999999994};
  const int8_t expected[5][10] = {{-2, -2, -1, 0, 0, 0, 1, 2, 2, 0},
                                  {-2, -1, 0, 0, 0, 0, 0, 1, 2, 0},
                                  {-2, -1, 0, 0, 1, 1, 1, 2, 3, 1},
                                  {-3, -2, -1, -1, 0, 0, 0, 1, 2, 0},
                                  {-3, -2, -1, -1, 0, 1, 1, 2, 3, 0}};
  for (size_t i = 0; i < 5; ++i) {
    for (size_t k = 0; k < 10; ++k) EXPECT_EQ(Cast<int8_t>(values[k], kRoundings[i]), expected[i][k]);
  }
}

// The processor rounds in four of the five ways.
TEST(ValueCast, RoundsToNarrowerFloatsAsTheProcessorDoes) {
  const std::pair<Rounding, int> modes[] = {{Rounding::kNearestEven, FE_TONEAREST},
                                            {Rounding::kTowardsZero, FE_TOWARDZERO},
                                            {Rounding::kTowardsPositive, FE_UPWARD},
                                            {Rounding::kTowardsNegative, FE_DOWNWARD}};
  const auto values = ItemsOf<double>(test::RandomBytes(8 * 4000, 1));
  for (const auto& [rounding, mode] : modes) {
    for (size_t i = 0; i < values.size(); ++i) {
      // Random bits are mostly out of float's range; every other value is brought into it, subnormals
      // included.
      int exponent = 0;
      const double fraction = std::frexp(values[i], &exponent);
      volatile double value = i % 2 == 0 ? values[i] : std::ldexp(fraction, static_cast<int>(i % 300) - 160);
      std::fesetround(mode);
      volatile float expected = static_cast<float>(value);
      std::fesetround(FE_TONEAREST);
      if (!(std::abs(value) <= std::numeric_limits<float>::max())) continue;
      EXPECT_EQ(Cast<float>(static_cast<double>(value), rounding), expected);
    }
  }
}

TEST(ValueCast, RoundsIntegersToFloatsAsTheProcessorDoes) {
  const std::pair<Rounding, int> modes[] = {{Rounding::kNearestEven, FE_TONEAREST},
                                            {Rounding::kTowardsZero, FE_TOWARDZERO},
                                            {Rounding::kTowardsPositive, FE_UPWARD},
                                            {Rounding::kTowardsNegative, FE_DOWNWARD}};
  auto values = ItemsOf<int64_t>(test::RandomBytes(8 * 1000, 2));
  values.insert(values.end(), {0, 1, -1, INT64_MAX, INT64_MIN, (1 << 24) + 1, -(1 << 24) - 1});
  for (const auto& [rounding, mode] : modes) {
    for (const int64_t item : values) {
      volatile int64_t value = item;
      std::fesetround(mode);
      volatile float expected = static_cast<float>(value);
      volatile double wide = static_cast<double>(value);
      std::fesetround(FE_TONEAREST);
      EXPECT_EQ(Cast<float>(item, rounding), expected) << item;
      EXPECT_EQ(Cast<double>(item, rounding), wide) << item;
    }
  }
  EXPECT_EQ(Cast<double>(UINT64_MAX, Rounding::kTowardsZero), 0x1.FFFFFFFFFFFFFp63);
  EXPECT_EQ(Cast<float>((1 << 24) + 1, Rounding::kNearestAway), 16777218.0f);
  EXPECT_EQ(Cast<float>(-(1 << 24) - 1, Rounding::kNearestAway), -16777218.0f);
}

TEST(ValueCast, RefusesWhatIsOutOfRange) {
  EXPECT_TRUE(IsLost<int8_t>(128.0));
  EXPECT_TRUE(IsLost<int8_t>(-128.6));
  EXPECT_FALSE(IsLost<int8_t>(-128.6, OutOfRange::kError, Rounding::kTowardsZero));
  EXPECT_TRUE(IsLost<uint8_t>(int32_t{-1}));
  EXPECT_TRUE(IsLost<uint64_t>(0x1p64));
  EXPECT_TRUE(IsLost<int64_t>(UINT64_MAX));
  EXPECT_TRUE(IsLost<float>(1e39));
  EXPECT_TRUE(IsLost<float>(1e39, OutOfRange::kWrap));
  EXPECT_TRUE(IsLost<Half>(int32_t{65520}));
  EXPECT_FALSE(IsLost<Half>(int32_t{65520}, OutOfRange::kError, Rounding::kTowardsZero));
}

TEST(ValueCast, ClampsToTheLimitsOrToInfinity) {
  const auto clamp = OutOfRange::kClamp;
  const auto even = Rounding::kNearestEven;
  EXPECT_EQ(Cast<int8_t>(1e300, even, clamp), 127);
  EXPECT_EQ(Cast<int8_t>(-1e300, even, clamp), -128);
  EXPECT_EQ(Cast<uint16_t>(int64_t{-5}, even, clamp), 0);
  EXPECT_EQ(Cast<int64_t>(UINT64_MAX, even, clamp), INT64_MAX);
  EXPECT_EQ(Cast<float>(1e39, even, clamp), std::numeric_limits<float>::infinity());
  EXPECT_EQ(Cast<float>(-1e39, Rounding::kTowardsZero, clamp), -std::numeric_limits<float>::infinity());
}

TEST(ValueCast, WrapsModuloTheSizeOfTheType) {
  const auto wrap = OutOfRange::kWrap;
  const auto even = Rounding::kNearestEven;
  EXPECT_EQ(Cast<int8_t>(128.0, even, wrap), -128);
  EXPECT_EQ(Cast<int16_t>(int32_t{-32769}, even, wrap), 32767);
  EXPECT_EQ(Cast<uint8_t>(-1.0, even, wrap), 255);
  EXPECT_EQ(Cast<uint64_t>(0x1.8p64, even, wrap), uint64_t{1} << 63);
  EXPECT_EQ(Cast<int64_t>(-0x1.0000000000001p64, even, wrap), -(int64_t{1} << 12));
  EXPECT_EQ(Cast<uint64_t>(0x1p116, even, wrap), 0u);
  EXPECT_EQ(Cast<uint64_t>(1e300, even, wrap), 0u);
}

TEST(ValueCast, GivesNoIntegerForNaNAndTheInfinities) {
  for (const OutOfRange rule : {OutOfRange::kError, OutOfRange::kClamp, OutOfRange::kWrap}) {
    for (const double value : {kNaN, kInfinity, -kInfinity}) EXPECT_TRUE(IsLost<int32_t>(value, rule));
  }
  EXPECT_EQ(Cast<float>(-kInfinity), -std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(Cast<float>(kNaN)));
  EXPECT_TRUE(std::signbit(Cast<float>(-0.0)));
}

constexpr DataType kUint8{DataKind::kUint, 1};
constexpr DataType kFloat64{DataKind::kFloat, 8};
constexpr ValueCastRules kStrict{Rounding::kNearestEven, OutOfRange::kError};

Bytes Pairs(const std::vector<std::pair<double, uint8_t>>& pairs) {
  Bytes bytes;
  for (const auto& [value, item] : pairs) {
    const Bytes value_bytes = BytesOf<double>({value});
    bytes.insert(bytes.end(), value_bytes.begin(), value_bytes.end());
    bytes.push_back(std::byte{item});
  }
  return bytes;
}

TEST(CastValue, AsksTheMapBeforeEverythingElse) {
  Workspace workspace;
  Bytes back = {std::byte{0}};
  const Bytes nan = BytesOf<double>({kNaN});
  back.insert(back.end(), nan.begin(), nan.end());
  const auto codec =
      MakeCastValueCodec(kFloat64, kUint8, kStrict, Pairs({{kNaN, 0}, {300, 7}, {300, 8}, {0, 9}}), back);
  const Bytes encoded = test::Encoded(*codec, BytesOf<double>({-kNaN, 300, 5, -0.0, 254.5}), workspace);
  EXPECT_EQ(ItemsOf<uint8_t>(encoded), (std::vector<uint8_t>{0, 7, 5, 9, 254}));
  const auto decoded = ItemsOf<double>(*test::Decoded(*codec, encoded, 40, workspace));
  EXPECT_TRUE(std::isnan(decoded[0]));
  EXPECT_EQ(decoded[1], 7);
}

TEST(CastValue, RefusesInBothDirectionsWhatNoRuleCovers) {
  Workspace workspace;
  const auto codec = MakeCastValueCodec(kUint8, kFloat64, kStrict, {}, {});
  test::ExpectRoundTrip(*codec, test::RandomBytes(256, 1), workspace);
  test::ExpectFault(FaultReason::kNotRepresentable, *codec, BytesOf<double>({1, 256}), 2);
  const auto narrow = MakeCastValueCodec(kFloat64, kUint8, kStrict, {}, {});
  Bytes encoded(2);
  const FaultOr<size_t> written = narrow->Encode(BytesOf<double>({1, kNaN}), encoded, workspace);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().reason, FaultReason::kNotRepresentable);
}

TEST(CastValue, RefusesToEncodeWhatItCouldNotDecode) {
  constexpr DataType kInt32{DataKind::kInt, 4};
  const auto is_encoded = [](const Codec& codec, int32_t item) {
    Workspace workspace;
    Bytes encoded(codec.EncodedBound(sizeof(item)));
    return codec.Encode(BytesOf<int32_t>({item}), encoded, workspace).has_value();
  };
  // As float32 the largest int32 is 2^31.
  const auto single = MakeCastValueCodec(kInt32, {DataKind::kFloat, 4}, kStrict, {}, {});
  EXPECT_TRUE(is_encoded(*single, INT32_MIN));
  EXPECT_FALSE(is_encoded(*single, INT32_MAX));
  constexpr ValueCastRules kClamp{Rounding::kNearestEven, OutOfRange::kClamp};
  EXPECT_TRUE(is_encoded(*MakeCastValueCodec(kInt32, {DataKind::kFloat, 4}, kClamp, {}, {}), INT32_MAX));
  // An infinity, which is no int32.
  const auto half = MakeCastValueCodec(kInt32, {DataKind::kFloat, 2}, kClamp, {}, {});
  EXPECT_TRUE(is_encoded(*half, 65504));
  EXPECT_FALSE(is_encoded(*half, 70000));
}

TEST(CastValue, RefusesAPartOfAnItemAndMoreThanFits) {
  const auto codec = MakeCastValueCodec(kUint8, kFloat64, kStrict, {}, {});
  test::ExpectFault(FaultReason::kLengthMismatch, *codec, Bytes(9), 8);
  test::ExpectFault(FaultReason::kTooLarge, *codec, Bytes(24), 2);
}

TEST(CastValue, IsTheIdentityForItsOwnTypeWithoutAMap) {
  EXPECT_TRUE(MakeCastValueCodec(kUint8, kUint8, kStrict, {}, {})->IsIdentity());
  EXPECT_FALSE(MakeCastValueCodec(kUint8, kUint8, kStrict, Bytes(2), {})->IsIdentity());
}

TEST(CastValue, IsNotMadeForOtherTypesOrHalfAPair) {
  EXPECT_EQ(MakeCastValueCodec({DataKind::kBool, 1}, kUint8, kStrict, {}, {}), nullptr);
  EXPECT_EQ(MakeCastValueCodec(kUint8, {DataKind::kOpaque, 1, 1}, kStrict, {}, {}), nullptr);
  EXPECT_EQ(MakeCastValueCodec(kFloat64, kUint8, kStrict, Bytes(8), {}), nullptr);
  EXPECT_EQ(MakeCastValueCodec(kFloat64, kUint8, kStrict, {}, Bytes(10)), nullptr);
}

}  // namespace
}  // namespace quarry
