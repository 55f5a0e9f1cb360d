#include "core/codec/delta.h"

#include <cmath>

#include "core/codec/checked_cast.h"
#include "core/codec/item_codec.h"

namespace quarry {

namespace {

template <typename T>
inline T Plus(T left, T right) {
  if constexpr (std::is_same_v<T, Half>) {
    // The float sum of two halves is exact enough to be rounded once more.
    return HalfFromFloat(FloatFromHalf(left) + FloatFromHalf(right));
  } else if constexpr (std::is_integral_v<T>) {
    using Unsigned = std::make_unsigned_t<T>;
    return static_cast<T>(static_cast<Unsigned>(static_cast<Unsigned>(left) + static_cast<Unsigned>(right)));
  } else {
    return left + right;
  }
}

template <typename T>
inline T Minus(T left, T right) {
  if constexpr (std::is_same_v<T, Half>) {
    return HalfFromFloat(FloatFromHalf(left) - FloatFromHalf(right));
  } else if constexpr (std::is_integral_v<T>) {
    using Unsigned = std::make_unsigned_t<T>;
    return static_cast<T>(static_cast<Unsigned>(static_cast<Unsigned>(left) - static_cast<Unsigned>(right)));
  } else {
    return left - right;
  }
}

// numpy.promote_types for two types: the narrowest that holds the values of both, as numpy counts it.
template <typename A, typename B>
auto Promoted() {
  constexpr bool kHalfA = std::is_same_v<A, Half>;
  constexpr bool kHalfB = std::is_same_v<B, Half>;
  constexpr bool kFloatA = kHalfA || std::is_floating_point_v<A>;
  constexpr bool kFloatB = kHalfB || std::is_floating_point_v<B>;
  if constexpr (kFloatA && kFloatB) {
    if constexpr (sizeof(A) >= sizeof(B))
      return A{};
    else
      return B{};
  } else if constexpr (kFloatA) {
    // 16-bit integers need a float32, larger ones a float64.
    if constexpr (sizeof(B) >= 4)
      return double{};
    else if constexpr (sizeof(B) == 2)
      return Promoted<A, float>();
    else
      return A{};
  } else if constexpr (kFloatB) {
    return Promoted<B, A>();
  } else if constexpr (std::is_signed_v<A> == std::is_signed_v<B>) {
    if constexpr (sizeof(A) >= sizeof(B))
      return A{};
    else
      return B{};
  } else if constexpr (std::is_signed_v<B>) {
    return Promoted<B, A>();
  } else if constexpr (sizeof(A) > sizeof(B)) {  // A is the signed one
    return A{};
  } else if constexpr (sizeof(B) == 1) {
    return int16_t{};
  } else if constexpr (sizeof(B) == 2) {
    return int32_t{};
  } else if constexpr (sizeof(B) == 4) {
    return int64_t{};
  } else {
    return double{};
  }
}

template <typename Decoded, typename Encoded>
using SumOf = decltype(Promoted<Decoded, Encoded>());

// Whether integers come back whatever they are: no bit that a sum modulo 2^n needs is cut off.
template <typename Decoded, typename Encoded>
constexpr bool kAlwaysComesBack =
    std::is_integral_v<Decoded> && std::is_integral_v<Encoded> &&
    std::is_integral_v<SumOf<Decoded, Encoded>> && sizeof(Encoded) >= sizeof(Decoded);

template <typename Decoded>
Decoded DifferenceAt(const std::byte* decoded, size_t item) {
  const auto value = LoadLittleEndian<Decoded>(decoded + item * sizeof(Decoded));
  return item == 0 ? value : Minus(value, LoadLittleEndian<Decoded>(decoded + (item - 1) * sizeof(Decoded)));
}

// Whether the sums are the items again. Those of floats are rounded, as each difference may be, unless it is
// stored as an integer; but what is finite has to come back finite, which it does not behind NaN.
template <typename Decoded, typename Encoded>
bool ComesBack(const std::byte* decoded, const std::byte* encoded, size_t items) {
  bool comes_back = true;
  SumOf<Decoded, Encoded> sum{};
  for (size_t item = 0; item < items; ++item) {
    const auto value = LoadLittleEndian<Decoded>(decoded + item * sizeof(Decoded));
    const auto stored = LoadLittleEndian<Encoded>(encoded + item * sizeof(Encoded));
    const auto term = NumericCast<SumOf<Decoded, Encoded>>(stored);
    sum = item == 0 ? term : Plus(sum, term);
    const auto again = NumericCast<Decoded>(sum);
    if constexpr (std::is_integral_v<Decoded>) {
      comes_back &= again == value;
    } else {
      const auto number = NumericCast<double>(value);
      const auto number_again = NumericCast<double>(again);
      comes_back &=
          IsFinite(number) ? IsFinite(number_again) : (std::isnan(number) || number_again == number);
      if constexpr (std::is_integral_v<Encoded>) {
        const auto difference = DifferenceAt<Decoded>(decoded, item);
        comes_back &= NumericCast<double>(stored) == NumericCast<double>(difference);
      }
    }
  }
  return comes_back;
}

template <typename Decoded, typename Encoded>
bool Differences(const std::byte* __restrict from, std::byte* __restrict to, size_t items) {
  StoreLittleEndian(to, NumericCast<Encoded>(LoadLittleEndian<Decoded>(from)));
  for (size_t item = 1; item < items; ++item) {
    StoreLittleEndian(to + item * sizeof(Encoded), NumericCast<Encoded>(DifferenceAt<Decoded>(from, item)));
  }
  return kAlwaysComesBack<Decoded, Encoded> || ComesBack<Decoded, Encoded>(from, to, items);
}

template <typename Decoded, typename Encoded>
void Sums(const std::byte* __restrict from, std::byte* __restrict to, size_t items) {
  using Sum = SumOf<Decoded, Encoded>;
  Sum sum = NumericCast<Sum>(LoadLittleEndian<Encoded>(from));
  StoreLittleEndian(to, NumericCast<Decoded>(sum));
  for (size_t item = 1; item < items; ++item) {
    sum = Plus(sum, NumericCast<Sum>(LoadLittleEndian<Encoded>(from + item * sizeof(Encoded))));
    StoreLittleEndian(to + item * sizeof(Decoded), NumericCast<Decoded>(sum));
  }
}

ItemTransform TransformFor(DataType decoded, DataType encoded) {
  return VisitDataType(decoded, [encoded]<typename Decoded>(std::type_identity<Decoded>) {
    return VisitDataType(encoded, []<typename Encoded>(std::type_identity<Encoded>) {
      if constexpr (std::is_same_v<Decoded, BoolByte> || std::is_same_v<Encoded, BoolByte>) {
        return ItemTransform{};
      } else {
        return ItemTransform{.decoded_item_bytes = sizeof(Decoded),
                             .encoded_item_bytes = sizeof(Encoded),
                             .encode = Differences<Decoded, Encoded>,
                             .decode = Always(Sums<Decoded, Encoded>)};
      }
    });
  });
}

}  // namespace

std::unique_ptr<const Codec> MakeDeltaCodec(DataType decoded, DataType encoded) {
  return MakeItemCodec(TransformFor(decoded, encoded));
}

}  // namespace quarry
