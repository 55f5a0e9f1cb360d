#include "core/codec/delta.h"

#include <cmath>
#include <limits>

#include "core/codec/codec_test_kit.h"

namespace quarry {
namespace {

using test::Bytes;

constexpr DataType kInt8{DataKind::kInt, 1};
constexpr DataType kInt16{DataKind::kInt, 2};
constexpr DataType kInt32{DataKind::kInt, 4};
constexpr DataType kUint8{DataKind::kUint, 1};
constexpr DataType kInt64{DataKind::kInt, 8};
constexpr DataType kUint64{DataKind::kUint, 8};
constexpr DataType kFloat16{DataKind::kFloat, 2};
constexpr DataType kFloat32{DataKind::kFloat, 4};
constexpr DataType kFloat64{DataKind::kFloat, 8};

template <typename Encoded, typename Decoded>
std::vector<Encoded> EncodedItems(const Codec& codec, const std::vector<Decoded>& items) {
  Workspace workspace;
  return test::ItemsOf<Encoded>(test::Encoded(codec, test::BytesOf(items), workspace));
}

template <typename Decoded, typename Encoded>
std::vector<Decoded> DecodedItems(const Codec& codec, const std::vector<Encoded>& items) {
  Workspace workspace;
  const auto decoded = test::Decoded(codec, test::BytesOf(items), items.size() * sizeof(Decoded), workspace);
  if (!decoded) return {};
  return test::ItemsOf<Decoded>(*decoded);
}

TEST(Delta, KeepsTheFirstItemAndSubtractsFromThere) {
  const auto codec = MakeDeltaCodec(kInt32, kInt32);
  EXPECT_EQ((EncodedItems<int32_t>(*codec, std::vector<int32_t>{100, 102, 101, 101})),
            (std::vector<int32_t>{100, 2, -1, 0}));
}

TEST(Delta, WritesNarrowerDifferences) {
  // The example of numcodecs' documentation.
  const auto codec = MakeDeltaCodec(kInt16, kInt8);
  const std::vector<int16_t> items{100, 102, 104, 106, 108};
  EXPECT_EQ((EncodedItems<int8_t>(*codec, items)), (std::vector<int8_t>{100, 2, 2, 2, 2}));
  EXPECT_EQ((DecodedItems<int16_t>(*codec, std::vector<int8_t>{100, 2, 2, 2, 2})), items);
}

TEST(Delta, WrapsAround) {
  const auto codec = MakeDeltaCodec(kInt8, kInt8);
  EXPECT_EQ((EncodedItems<int8_t>(*codec, std::vector<int8_t>{127, -128, 100, -100})),
            (std::vector<int8_t>{127, 1, -28, 56}));
  EXPECT_EQ((DecodedItems<int8_t>(*codec, std::vector<int8_t>{127, 1, -28, 56})),
            (std::vector<int8_t>{127, -128, 100, -100}));
}

TEST(Delta, SumsFloatsInOrderAndInTheirOwnPrecision) {
  // 2^24 + 1 is no float32: the second sum is lost, and so is the third.
  EXPECT_EQ((DecodedItems<float>(*MakeDeltaCodec(kFloat32, kFloat32), std::vector<float>{0x1p24f, 1, 1})),
            (std::vector<float>{0x1p24f, 0x1p24f, 0x1p24f}));
  // 2^11 + 1 is no float16.
  EXPECT_EQ(
      (DecodedItems<uint16_t>(*MakeDeltaCodec(kFloat16, kFloat16), std::vector<uint16_t>{0x6800, 0x3C00})),
      (std::vector<uint16_t>{0x6800, 0x6800}));
}

TEST(Delta, SumsInTheTypeThatNumpyFindsForBoth) {
  // int32 and float32 add up as float64, so nothing is lost before the last step.
  EXPECT_EQ((DecodedItems<float>(*MakeDeltaCodec(kFloat32, kInt32), std::vector<int32_t>{1 << 24, 1, 1})),
            (std::vector<float>{0x1p24f, 0x1p24f, 0x1p24f + 2}));
  // float16 differences of int16 add up as float32: 2^11 + 1 is kept.
  EXPECT_EQ((DecodedItems<int16_t>(*MakeDeltaCodec(kInt16, kFloat16), std::vector<uint16_t>{0x6800, 0x3C00})),
            (std::vector<int16_t>{2048, 2049}));
  // int8 and uint8 as int16: 200 + 100 is 300, which is cut to 44.
  EXPECT_EQ((DecodedItems<int8_t>(*MakeDeltaCodec(kInt8, kUint8), std::vector<uint8_t>{200, 100})),
            (std::vector<int8_t>{-56, 44}));
  // int64 and uint64 as float64: 2^53 + 1 is lost.
  EXPECT_EQ((DecodedItems<int64_t>(*MakeDeltaCodec(kInt64, kUint64), std::vector<uint64_t>{1ull << 53, 1})),
            (std::vector<int64_t>{1ll << 53, 1ll << 53}));
  EXPECT_EQ((DecodedItems<float>(*MakeDeltaCodec(kFloat32, kFloat64), std::vector<double>{0x1p24, 1, 1})),
            (std::vector<float>{0x1p24f, 0x1p24f, 0x1p24f + 2}));
}

TEST(Delta, ComesBackAtEverySizeAndIntegerType) {
  Workspace workspace;
  for (const DataKind kind : {DataKind::kInt, DataKind::kUint}) {
    for (const uint8_t item_bytes : {1, 2, 4, 8}) {
      const auto codec = MakeDeltaCodec({kind, item_bytes}, {kind, item_bytes});
      for (const size_t size : test::TellingSizes(item_bytes)) {
        test::ExpectRoundTrip(*codec, test::RandomBytes(size, 1), workspace);
      }
    }
  }
}

template <typename Decoded>
bool IsEncoded(const Codec& codec, const std::vector<Decoded>& items) {
  Workspace workspace;
  std::vector<std::byte> encoded(codec.EncodedBound(items.size() * sizeof(Decoded)));
  const FaultOr<size_t> written = codec.Encode(test::BytesOf(items), encoded, workspace);
  EXPECT_TRUE(written || written.error().reason == FaultReason::kNotRepresentable);
  return written.has_value();
}

TEST(Delta, RefusesIntegersThatWouldNotComeBack) {
  const auto narrow = MakeDeltaCodec(kInt32, kInt8);
  EXPECT_TRUE(IsEncoded<int32_t>(*narrow, {127, 254, 126}));
  EXPECT_FALSE(IsEncoded<int32_t>(*narrow, {128}));
  EXPECT_FALSE(IsEncoded<int32_t>(*narrow, {0, 127, -2}));
  EXPECT_FALSE(IsEncoded<int64_t>(*MakeDeltaCodec(kInt64, kUint64), {(1ll << 53) + 1}));
  EXPECT_FALSE(IsEncoded<int32_t>(*MakeDeltaCodec(kInt32, kFloat32), {(1 << 24) + 1}));
  EXPECT_TRUE(IsEncoded<int8_t>(*MakeDeltaCodec(kInt8, kUint8), {-56, 44, -128, 127}));
}

TEST(Delta, RefusesFloatsWhoseDifferenceAnIntegerDoesNotHold) {
  const auto codec = MakeDeltaCodec(kFloat64, kInt8);
  EXPECT_TRUE(IsEncoded<double>(*codec, {100, 227, 99}));
  for (const double item : {0.5, 128.0, std::nan("")}) {
    EXPECT_FALSE(IsEncoded<double>(*codec, {0, item})) << item;
  }
}

TEST(Delta, RefusesFiniteFloatsThatWouldNotComeBackFinite) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto codec = MakeDeltaCodec(kFloat64, kFloat64);
  EXPECT_TRUE(IsEncoded<double>(*codec, {0.1, 0.3, 1e300}));
  EXPECT_TRUE(IsEncoded<double>(*codec, {1, std::nan(""), std::nan("")}));
  EXPECT_TRUE(IsEncoded<double>(*codec, {1, kInfinity}));
  EXPECT_FALSE(IsEncoded<double>(*codec, {std::nan(""), 1}));
  EXPECT_FALSE(IsEncoded<double>(*codec, {kInfinity, kInfinity}));
  EXPECT_FALSE(IsEncoded<double>(*codec, {1.7e308, -1.7e308}));
  EXPECT_FALSE(IsEncoded<double>(*MakeDeltaCodec(kFloat64, kFloat32), {1e39}));
  EXPECT_FALSE(IsEncoded<uint16_t>(*MakeDeltaCodec(kFloat16, kFloat16), {0x7BFF, 0xFBFF}));
}

TEST(Delta, RefusesAPartOfAnItemAndMoreThanFits) {
  const auto codec = MakeDeltaCodec(kInt32, kInt8);
  test::ExpectFault(FaultReason::kTooLarge, *codec, Bytes(3), 8);
  test::ExpectFault(FaultReason::kLengthMismatch, *MakeDeltaCodec(kInt32, kInt32), Bytes(7), 8);
}

TEST(Delta, IsNotMadeForBool) {
  EXPECT_EQ(MakeDeltaCodec({DataKind::kBool, 1}, kInt8), nullptr);
  EXPECT_EQ(MakeDeltaCodec(kInt8, {DataKind::kBool, 1}), nullptr);
}

}  // namespace
}  // namespace quarry
