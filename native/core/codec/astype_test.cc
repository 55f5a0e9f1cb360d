#include "core/codec/astype.h"

#include <limits>

#include "core/codec/codec_test_kit.h"
#include "core/codec/numeric_cast.h"

namespace quarry {
namespace {

using test::Bytes;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(NumericCast, CutsFractionsOff) {
  EXPECT_EQ(NumericCast<int32_t>(-1.9), -1);
  EXPECT_EQ(NumericCast<int32_t>(2.5f), 2);
  EXPECT_EQ(NumericCast<int64_t>(-0x1p62), -(1ll << 62));
  EXPECT_EQ(NumericCast<uint64_t>(1e19), 10'000'000'000'000'000'000ull);
  EXPECT_EQ(NumericCast<uint32_t>(4294967295.0), 4294967295u);
  EXPECT_EQ(NumericCast<int32_t>(-2147483648.5), std::numeric_limits<int32_t>::min());
}

// Values of numpy 2.4 on x86-64.
TEST(NumericCast, DefinesWhatAnIntegerCannotHold) {
  EXPECT_EQ(NumericCast<int8_t>(300.0), 44);
  EXPECT_EQ(NumericCast<uint8_t>(-1.0), 255);
  EXPECT_EQ(NumericCast<int16_t>(3e9), 0);
  EXPECT_EQ(NumericCast<int32_t>(3e9), std::numeric_limits<int32_t>::min());
  EXPECT_EQ(NumericCast<uint32_t>(-300.0), 4294966996u);
  EXPECT_EQ(NumericCast<uint32_t>(5e9), 0u);
  EXPECT_EQ(NumericCast<int64_t>(1e19), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(NumericCast<uint64_t>(2e19), 0u);
  EXPECT_EQ(NumericCast<uint64_t>(-kInfinity), 1ull << 63);
  EXPECT_EQ(NumericCast<int8_t>(kNan), 0);
  EXPECT_EQ(NumericCast<int32_t>(kNan), std::numeric_limits<int32_t>::min());
  EXPECT_EQ(NumericCast<uint32_t>(kNan), 1u << 31);
  EXPECT_EQ(NumericCast<int64_t>(kNan), std::numeric_limits<int64_t>::min());
}

TEST(NumericCast, TakesEverythingButZeroForTrue) {
  EXPECT_EQ(NumericCast<BoolByte>(0.5).byte, 1);
  EXPECT_EQ(NumericCast<BoolByte>(-0.0).byte, 0);
  EXPECT_EQ(NumericCast<BoolByte>(Half{0x8000}).byte, 0);
  EXPECT_EQ(NumericCast<BoolByte>(256).byte, 1);
  EXPECT_EQ(NumericCast<int32_t>(BoolByte{7}), 1);
}

TEST(NumericCast, OverflowsFloatsToInfinity) {
  EXPECT_EQ(NumericCast<float>(1e300), std::numeric_limits<float>::infinity());
  EXPECT_EQ(NumericCast<Half>(70'000).bits, 0x7C00);
  EXPECT_EQ(NumericCast<float>(uint64_t{0xFFFFFFFFFFFFFFFF}), 0x1p64f);
}

TEST(Astype, ConvertsEachItem) {
  Workspace workspace;
  const auto codec = MakeAstypeCodec({DataKind::kFloat, 8}, {DataKind::kInt, 2});
  const Bytes encoded = test::Encoded(*codec, test::BytesOf(std::vector<double>{1.5, -2, 300}), workspace);
  EXPECT_EQ(test::ItemsOf<int16_t>(encoded), (std::vector<int16_t>{1, -2, 300}));
  const auto decoded = test::Decoded(*codec, encoded, 24, workspace);
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(test::ItemsOf<double>(*decoded), (std::vector<double>{1, -2, 300}));
}

TEST(Astype, ComesBackThroughEveryTypeThatIsWideEnough) {
  Workspace workspace;
  for (const DataType wide :
       {DataType{DataKind::kInt, 2}, DataType{DataKind::kInt, 4}, DataType{DataKind::kInt, 8},
        DataType{DataKind::kFloat, 2}, DataType{DataKind::kFloat, 4}, DataType{DataKind::kFloat, 8},
        DataType{DataKind::kUint, 1}, DataType{DataKind::kUint, 8}}) {
    const auto codec = MakeAstypeCodec({DataKind::kUint, 1}, wide);
    for (const size_t size : test::TellingSizes(1)) {
      test::ExpectRoundTrip(*codec, test::RandomBytes(size, 1), workspace);
    }
  }
}

TEST(Astype, RefusesAPartOfAnItemAndMoreThanFits) {
  const auto codec = MakeAstypeCodec({DataKind::kInt, 8}, {DataKind::kInt, 2});
  test::ExpectFault(FaultReason::kLengthMismatch, *codec, Bytes(3), 16);
  test::ExpectFault(FaultReason::kTooLarge, *codec, Bytes(6), 16);
}

TEST(Astype, SaysThatEqualTypesChangeNothing) {
  EXPECT_TRUE(MakeAstypeCodec({DataKind::kInt, 8}, {DataKind::kInt, 8})->IsIdentity());
  EXPECT_FALSE(MakeAstypeCodec({DataKind::kInt, 8}, {DataKind::kUint, 8})->IsIdentity());
}

TEST(Astype, IsNotMadeForTypesThatDoNotExist) {
  EXPECT_EQ(MakeAstypeCodec({DataKind::kFloat, 1}, {DataKind::kInt, 8}), nullptr);
}

}  // namespace
}  // namespace quarry
