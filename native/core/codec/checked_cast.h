// What lossy filters share: arithmetic as numpy does it in each data type, and conversions that notice when
// the target cannot hold a value. numeric_cast.h has those of astype, which do not.
#pragma once

#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "core/codec/half.h"
#include "core/codec/numeric_cast.h"

namespace quarry {

// Arithmetic on items of type T: done in Wide and rounded by Round after every operation. Integers are
// computed with as float64, float16 through float32.
template <typename T>
struct Arithmetic {
  using Wide = std::conditional_t<std::is_same_v<T, float>, float, double>;
  static Wide Round(Wide value) { return value; }
  static Wide FromDouble(double value) { return static_cast<Wide>(value); }
};
template <>
struct Arithmetic<Half> {
  using Wide = float;
  static float Round(float value) { return FloatFromHalf(HalfFromFloat(value)); }
  static float FromDouble(double value) { return FloatFromHalf(HalfFromDouble(value)); }
};

// To the nearest whole number, ties to even, keeping the sign of zero. Where |value| is below 2^p, adding 2^p
// leaves no bits for a fraction, and from there on there is none. Unlike std::rint this is no call without
// SSE 4.1, and becomes vector code.
template <std::floating_point Float>
inline Float RoundedToEven(Float value) {
  constexpr auto kNoFraction = static_cast<Float>(uint64_t{1} << (std::numeric_limits<Float>::digits - 1));
  const Float magnitude = std::abs(value);
  const Float rounded = (magnitude + kNoFraction) - kNoFraction;
  return std::copysign(magnitude < kNoFraction ? rounded : magnitude, value);
}

inline bool IsFinite(Half value) { return (value.bits & 0x7C00) != 0x7C00; }
template <std::floating_point Float>
inline bool IsFinite(Float value) {
  return std::abs(value) <= std::numeric_limits<Float>::max();
}
template <std::integral Integer>
inline bool IsFinite(Integer) {
  return true;
}

// Whether cutting off the fraction of `value` leaves a number that `Integer` holds.
template <std::integral Integer, std::floating_point Float>
inline bool HoldsWholePart(Float value) {
  constexpr auto kMin = static_cast<Float>(std::numeric_limits<Integer>::min());
  constexpr auto kEnd = static_cast<Float>(std::numeric_limits<Integer>::max() / 2 + 1) * 2;
  // Where the type has no number between kMin − 1 and kMin, the two are one.
  constexpr bool kHasFractions = kMin - 1 != kMin;
  return (kHasFractions ? value > kMin - 1 : value >= kMin) && value < kEnd;
}

// Converts as NumericCast does. Sets `is_lost` where `To` cannot hold the result: it is an integer, and the
// value is NaN or out of its range; or it is not finite, although what the value was computed from is.
template <typename To, std::floating_point Float>
inline To CheckedCast(Float value, bool origin_is_finite, bool& is_lost) {
  if constexpr (std::is_integral_v<To>) {
    const bool holds = HoldsWholePart<To>(value);
    is_lost |= !holds;
    return static_cast<To>(holds ? value : Float{0});
  } else {
    const To result = NumericCast<To>(value);
    is_lost |= origin_is_finite && !IsFinite(result);
    return result;
  }
}

}  // namespace quarry
