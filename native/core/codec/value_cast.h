// Conversions of single numbers as the codec `cast_value` defines them: what the target type holds stays as
// it is; everything else is rounded, as if exponents had no upper limit, and then treated by the rule for
// what is out of range. NaN and the infinities go to other floating-point types unchanged and to no integer.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include "core/codec/checked_cast.h"

namespace quarry {

enum class Rounding { kNearestEven, kTowardsZero, kTowardsPositive, kTowardsNegative, kNearestAway };
enum class OutOfRange { kError, kClamp, kWrap };

struct ValueCastRules {
  Rounding rounding;
  OutOfRange out_of_range;
};

namespace internal {

// A whole number near `value`; a zero has the sign of `value`.
inline double RoundedToWhole(double value, Rounding rounding) {
  switch (rounding) {
    case Rounding::kNearestEven:
      return RoundedToEven(value);
    case Rounding::kTowardsZero:
      return std::trunc(value);
    case Rounding::kTowardsPositive:
      return std::ceil(value);
    case Rounding::kTowardsNegative:
      return std::floor(value);
    case Rounding::kNearestAway:
      break;
  }
  const double whole = std::trunc(value);
  return std::abs(value - whole) >= 0.5 ? whole + std::copysign(1.0, value) : whole;
}

// What a whole number is modulo 2^64.
inline uint64_t LowBits(double whole) {
  constexpr int kFractionBits = 52;
  const auto bits = std::bit_cast<uint64_t>(whole);
  const int exponent = static_cast<int>(bits >> kFractionBits & 0x7FF) - 1023;
  if (exponent < 0 || exponent - kFractionBits >= 64) return 0;
  const uint64_t significand = (bits & ((uint64_t{1} << kFractionBits) - 1)) | uint64_t{1} << kFractionBits;
  const uint64_t magnitude = exponent >= kFractionBits ? significand << (exponent - kFractionBits)
                                                       : significand >> (kFractionBits - exponent);
  return whole < 0 ? 0 - magnitude : magnitude;
}

template <typename T>
struct FloatFormat {
  static constexpr int kSignificandBits = std::numeric_limits<T>::digits;
  static constexpr int kExponentMin = std::numeric_limits<T>::min_exponent - 1;
  static constexpr double kMax = std::numeric_limits<T>::max();
};
template <>
struct FloatFormat<Half> {
  static constexpr int kSignificandBits = 11;
  static constexpr int kExponentMin = -14;
  static constexpr double kMax = 65504;
};

// From a value that has been rounded to the significand of `To`.
template <typename To>
To LimitedFloat(double value, OutOfRange out_of_range, bool& is_lost) {
  if (std::abs(value) > FloatFormat<To>::kMax) {
    is_lost |= out_of_range != OutOfRange::kClamp;
    value = std::copysign(std::numeric_limits<double>::infinity(), value);
  }
  return NumericCast<To>(value);
}

template <std::integral To, std::integral From>
To IntegerFromInteger(From value, ValueCastRules rules, bool& is_lost) {
  if (std::in_range<To>(value)) return static_cast<To>(value);
  if (rules.out_of_range == OutOfRange::kClamp) {
    return value < From{0} ? std::numeric_limits<To>::min() : std::numeric_limits<To>::max();
  }
  is_lost |= rules.out_of_range != OutOfRange::kWrap;
  return static_cast<To>(value);
}

template <std::integral To>
To IntegerFromFloat(double value, ValueCastRules rules, bool& is_lost) {
  if (!IsFinite(value)) {
    is_lost = true;
    return To{};
  }
  const double whole = RoundedToWhole(value, rules.rounding);
  if (HoldsWholePart<To>(whole)) return static_cast<To>(whole);
  if (rules.out_of_range == OutOfRange::kClamp) {
    return whole < 0 ? std::numeric_limits<To>::min() : std::numeric_limits<To>::max();
  }
  is_lost |= rules.out_of_range != OutOfRange::kWrap;
  return static_cast<To>(LowBits(whole));
}

template <typename To, std::integral From>
To FloatFromInteger(From value, ValueCastRules rules, bool& is_lost) {
  const bool is_negative = std::cmp_less(value, 0);
  const auto bits = static_cast<uint64_t>(value);
  const uint64_t magnitude = is_negative ? 0 - bits : bits;
  const int excess_bits = static_cast<int>(std::bit_width(magnitude)) - FloatFormat<To>::kSignificandBits;
  uint64_t kept = magnitude;
  if (excess_bits > 0) {
    kept >>= excess_bits;
    const uint64_t cut = magnitude - (kept << excess_bits);
    const uint64_t half = uint64_t{1} << (excess_bits - 1);
    bool rounds_up = false;
    switch (rules.rounding) {
      case Rounding::kNearestEven:
        rounds_up = cut > half || (cut == half && kept % 2 == 1);
        break;
      case Rounding::kTowardsZero:
        break;
      case Rounding::kTowardsPositive:
        rounds_up = cut > 0 && !is_negative;
        break;
      case Rounding::kTowardsNegative:
        rounds_up = cut > 0 && is_negative;
        break;
      case Rounding::kNearestAway:
        rounds_up = cut >= half;
        break;
    }
    kept += rounds_up ? 1 : 0;
  }
  // Exact: no significand has more bits than a float64's.
  const double rounded = std::ldexp(static_cast<double>(kept), excess_bits > 0 ? excess_bits : 0);
  return LimitedFloat<To>(is_negative ? -rounded : rounded, rules.out_of_range, is_lost);
}

template <typename To>
To NarrowerFloat(double value, ValueCastRules rules, bool& is_lost) {
  // Which is how NumericCast rounds; only what it makes infinite is left to the rule for what is out of
  // range.
  const To nearest = NumericCast<To>(value);
  if (value == 0 || !IsFinite(value)) return nearest;
  if (rules.rounding == Rounding::kNearestEven && IsFinite(nearest)) return nearest;
  using Format = FloatFormat<To>;
  const int exponent = std::max(std::ilogb(value), Format::kExponentMin);
  // The distance of neighbours. Scaling by it and back is exact, it being a power of two.
  const double quantum = std::ldexp(1.0, exponent - Format::kSignificandBits + 1);
  return LimitedFloat<To>(RoundedToWhole(value / quantum, rules.rounding) * quantum, rules.out_of_range,
                          is_lost);
}

}  // namespace internal

// Sets `is_lost` where no rule says what becomes of `value`.
template <typename To, typename From>
To ValueCast(From value, ValueCastRules rules, bool& is_lost) {
  if constexpr (std::is_same_v<To, From>) {
    return value;
  } else if constexpr (std::is_integral_v<From> && std::is_integral_v<To>) {
    return internal::IntegerFromInteger<To>(value, rules, is_lost);
  } else if constexpr (std::is_integral_v<From>) {
    return internal::FloatFromInteger<To>(value, rules, is_lost);
  } else if constexpr (std::is_integral_v<To>) {
    return internal::IntegerFromFloat<To>(NumericCast<double>(value), rules, is_lost);
  } else if constexpr (sizeof(To) > sizeof(From)) {
    return NumericCast<To>(value);
  } else {
    return internal::NarrowerFloat<To>(NumericCast<double>(value), rules, is_lost);
  }
}

}  // namespace quarry
