#include "core/codec/delta.h"

#include "core/codec/item_codec.h"
#include "core/codec/numeric_cast.h"

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
void Differences(const std::byte* __restrict from, std::byte* __restrict to, size_t items) {
  StoreLittleEndian(to, NumericCast<Encoded>(LoadLittleEndian<Decoded>(from)));
  for (size_t item = 1; item < items; ++item) {
    const Decoded difference = Minus(LoadLittleEndian<Decoded>(from + item * sizeof(Decoded)),
                                     LoadLittleEndian<Decoded>(from + (item - 1) * sizeof(Decoded)));
    StoreLittleEndian(to + item * sizeof(Encoded), NumericCast<Encoded>(difference));
  }
}

template <typename Decoded, typename Encoded>
void Sums(const std::byte* __restrict from, std::byte* __restrict to, size_t items) {
  using Sum = decltype(Promoted<Decoded, Encoded>());
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
                             .encode = Always(Differences<Decoded, Encoded>),
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
