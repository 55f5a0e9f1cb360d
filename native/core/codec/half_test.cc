#include "core/codec/half.h"

#include <cmath>
#include <limits>

#include "core/codec/codec_test_kit.h"

namespace quarry {
namespace {

// The value of a half from its definition.
double ValueOf(uint16_t bits) {
  const double sign = (bits & 0x8000) != 0 ? -1 : 1;
  const int exponent = bits >> 10 & 0x1F;
  const int fraction = bits & 0x3FF;
  if (exponent == 0x1F) return fraction != 0 ? std::nan("") : sign * INFINITY;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  return sign * std::ldexp(1024 + fraction, exponent - 25);
}

bool IsSame(double left, double right) {
  if (std::isnan(left) || std::isnan(right)) return std::isnan(left) && std::isnan(right);
  return left == right && std::signbit(left) == std::signbit(right);
}

TEST(Half, HasTheValueOfItsBitsForEveryHalf) {
  for (uint32_t bits = 0; bits <= 0xFFFF; ++bits) {
    const Half half{static_cast<uint16_t>(bits)};
    ASSERT_TRUE(IsSame(FloatFromHalf(half), ValueOf(half.bits))) << bits;
    if (!std::isnan(ValueOf(half.bits))) {
      ASSERT_EQ(HalfFromFloat(FloatFromHalf(half)).bits, bits);
      ASSERT_EQ(HalfFromDouble(ValueOf(half.bits)).bits, bits);
    }
  }
}

TEST(Half, RoundsToNearestWithTiesToEvenBetweenEveryPairOfNeighbours) {
  for (uint16_t bits = 0; bits < 0x7BFF; ++bits) {
    const double low = ValueOf(bits);
    const double high = ValueOf(static_cast<uint16_t>(bits + 1));
    const double middle = (low + high) / 2;
    const auto even = static_cast<uint16_t>(bits + (bits & 1));
    ASSERT_EQ(HalfFromDouble(middle).bits, even) << bits;
    ASSERT_EQ(HalfFromDouble(std::nextafter(middle, 0)).bits, bits);
    ASSERT_EQ(HalfFromDouble(std::nextafter(middle, 1e9)).bits, bits + 1);
    // A float has enough bits for the middle as well.
    const auto middle_float = static_cast<float>(middle);
    ASSERT_EQ(HalfFromFloat(middle_float).bits, even);
    ASSERT_EQ(HalfFromFloat(std::nextafterf(middle_float, 0)).bits, bits);
    ASSERT_EQ(HalfFromFloat(std::nextafterf(middle_float, 1e9f)).bits, bits + 1);
    ASSERT_EQ(HalfFromDouble(-middle).bits, even | 0x8000);
  }
}

TEST(Half, DoesNotRoundTwice) {
  // As a float this is 1 + 2^-11, a tie, which goes to 1; but it lies above the tie.
  EXPECT_EQ(HalfFromDouble(1 + 0x1p-11 + 0x1p-40).bits, 0x3C01);
  EXPECT_EQ(HalfFromDouble(1 + 0x1p-11).bits, 0x3C00);
}

TEST(Half, OverflowsToInfinityFromTheMiddleOn) {
  EXPECT_EQ(HalfFromDouble(65519.999).bits, 0x7BFF);
  EXPECT_EQ(HalfFromDouble(65520).bits, 0x7C00);
  EXPECT_EQ(HalfFromDouble(-1e300).bits, 0xFC00);
  EXPECT_EQ(HalfFromFloat(INFINITY).bits, 0x7C00);
  EXPECT_EQ(HalfFromDouble(1e-300).bits, 0);
  EXPECT_EQ(HalfFromDouble(-0.0).bits, 0x8000);
  // A NaN whose payload lies in the lowest bits only stays a NaN.
  EXPECT_EQ(HalfFromDouble(std::bit_cast<double>(0x7FF0000000000001)).bits & 0x7E00, 0x7E00);
}

TEST(Half, ConvertsArraysAsItConvertsItems) {
  constexpr size_t kItems = 100'003;
  std::mt19937_64 random(4);
  std::vector<float> floats(kItems);
  std::vector<double> doubles(kItems);
  std::vector<uint16_t> halves(kItems), scalars(kItems);
  for (size_t i = 0; i < kItems; ++i) {
    floats[i] = std::bit_cast<float>(static_cast<uint32_t>(random()));
    // Exponents about those of halves, and every third exactly halfway.
    const uint64_t exponent = 1023 - 28 + random() % 46;
    uint64_t bits = (random() & 0x800FFFFFFFFFFFFF) | exponent << 52;
    if (i % 3 == 0) bits = (bits & ~0x3FFFFFFFFFFull) | 0x20000000000;
    doubles[i] = std::bit_cast<double>(bits);
  }
  HalvesFromFloats(reinterpret_cast<std::byte*>(floats.data()), reinterpret_cast<std::byte*>(halves.data()),
                   kItems);
  for (size_t i = 0; i < kItems; ++i) ASSERT_EQ(halves[i], HalfFromFloat(floats[i]).bits) << floats[i];
  HalvesFromDoubles(reinterpret_cast<std::byte*>(doubles.data()), reinterpret_cast<std::byte*>(halves.data()),
                    kItems);
  for (size_t i = 0; i < kItems; ++i) ASSERT_EQ(halves[i], HalfFromDouble(doubles[i]).bits) << doubles[i];

  std::vector<uint16_t> every(0x10000);
  for (size_t i = 0; i < every.size(); ++i) every[i] = static_cast<uint16_t>(i);
  floats.resize(every.size());
  doubles.resize(every.size());
  FloatsFromHalves(reinterpret_cast<std::byte*>(every.data()), reinterpret_cast<std::byte*>(floats.data()),
                   every.size());
  DoublesFromHalves(reinterpret_cast<std::byte*>(every.data()), reinterpret_cast<std::byte*>(doubles.data()),
                    every.size());
  for (size_t i = 0; i < every.size(); ++i) {
    ASSERT_EQ(std::bit_cast<uint32_t>(floats[i]), std::bit_cast<uint32_t>(FloatFromHalf(Half{every[i]})))
        << i;
    ASSERT_TRUE(IsSame(doubles[i], ValueOf(every[i]))) << i;
  }
}

}  // namespace
}  // namespace quarry
