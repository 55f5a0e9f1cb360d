// Conversions between element types as numpy's astype does them on x86-64, and the arithmetic type that numpy
// picks for a pair of types. Defined for every input; the range checks belong to whoever wants them.
//
// Integers wrap. Float to integer cuts the fraction off; what a signed 32- or 64-bit integer cannot hold, NaN
// included, becomes its smallest value, and the other widths follow from that: 8 and 16 bits take the low
// bits of the 32-bit result, and unsigned 32 and 64 bits come from the signed conversion of the value or,
// from 2^(width − 1) on, of the value less 2^(width − 1).
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "core/codec/half.h"
#include "core/codec/registry.h"

namespace quarry {

// A bool as it lies in a chunk: 0 is false, and whatever else a hostile chunk holds is true.
struct BoolByte {
  uint8_t byte;
};

namespace internal {

template <std::signed_integral Integer, std::floating_point Float>
Integer CutOff(Float value) {
  // −2^(n−1), which every float type holds exactly. What lies less than one below it would be cut off to it;
  // here it takes the other branch, to the same end.
  constexpr auto kMin = static_cast<Float>(std::numeric_limits<Integer>::min());
  return value >= kMin && value < -kMin ? static_cast<Integer>(value) : std::numeric_limits<Integer>::min();
}

template <std::integral Integer, std::floating_point Float>
Integer IntegerFromFloat(Float value) {
  if constexpr (sizeof(Integer) < 4) {
    return static_cast<Integer>(CutOff<int32_t>(value));
  } else if constexpr (std::is_signed_v<Integer>) {
    return CutOff<Integer>(value);
  } else {
    using Signed = std::make_signed_t<Integer>;
    constexpr auto kHalfRange = -static_cast<Float>(std::numeric_limits<Signed>::min());
    constexpr auto kTopBit = static_cast<Integer>(Integer{1} << (8 * sizeof(Integer) - 1));
    if (value >= kHalfRange) return static_cast<Integer>(CutOff<Signed>(value - kHalfRange)) ^ kTopBit;
    return static_cast<Integer>(CutOff<Signed>(value));
  }
}

}  // namespace internal

template <typename To, typename From>
inline To NumericCast(From value) {
  if constexpr (std::is_same_v<To, From>) {
    return value;
  } else if constexpr (std::is_same_v<From, BoolByte>) {
    return NumericCast<To>(static_cast<uint8_t>(value.byte != 0));
  } else if constexpr (std::is_same_v<To, BoolByte>) {
    if constexpr (std::is_same_v<From, Half>)
      return BoolByte{(value.bits & 0x7FFF) != 0};
    else
      return BoolByte{value != 0};
  } else if constexpr (std::is_same_v<From, Half>) {
    return NumericCast<To>(FloatFromHalf(value));
  } else if constexpr (std::is_same_v<To, Half>) {
    if constexpr (std::is_same_v<From, double>)
      return HalfFromDouble(value);
    else
      return HalfFromFloat(static_cast<float>(value));
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    return internal::IntegerFromFloat<To>(value);
  } else {
    return static_cast<To>(value);
  }
}

// Calls `visitor(std::type_identity<T>{})` with the element type that `type` describes. Its result is
// value-initialised where no such type exists.
template <typename Visitor>
auto VisitDataType(DataType type, Visitor&& visitor) {
  using Result = decltype(visitor(std::type_identity<int8_t>{}));
  switch (type.kind) {
    case DataKind::kBool:
      if (type.item_bytes == 1) return visitor(std::type_identity<BoolByte>{});
      break;
    case DataKind::kInt:
      if (type.item_bytes == 1) return visitor(std::type_identity<int8_t>{});
      if (type.item_bytes == 2) return visitor(std::type_identity<int16_t>{});
      if (type.item_bytes == 4) return visitor(std::type_identity<int32_t>{});
      if (type.item_bytes == 8) return visitor(std::type_identity<int64_t>{});
      break;
    case DataKind::kUint:
      if (type.item_bytes == 1) return visitor(std::type_identity<uint8_t>{});
      if (type.item_bytes == 2) return visitor(std::type_identity<uint16_t>{});
      if (type.item_bytes == 4) return visitor(std::type_identity<uint32_t>{});
      if (type.item_bytes == 8) return visitor(std::type_identity<uint64_t>{});
      break;
    case DataKind::kFloat:
      if (type.item_bytes == 2) return visitor(std::type_identity<Half>{});
      if (type.item_bytes == 4) return visitor(std::type_identity<float>{});
      if (type.item_bytes == 8) return visitor(std::type_identity<double>{});
      break;
    case DataKind::kOpaque:
      break;
  }
  return Result{};
}

}  // namespace quarry
