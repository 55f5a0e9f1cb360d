#include "core/codec/fixed_scale_offset.h"

#include "core/codec/checked_cast.h"
#include "core/codec/item_codec.h"

namespace quarry {

namespace {

struct Scaling {
  double offset;
  double scale;
};

template <typename From>
bool IsUsable(Scaling scaling) {
  using Numbers = Arithmetic<From>;
  const auto scale = Numbers::FromDouble(scaling.scale);
  return IsFinite(scale) && scale != 0 && IsFinite(Numbers::FromDouble(scaling.offset));
}

// One direction; `Compute` is given an item, offset and scale.
template <typename From, typename To, auto Compute>
RunItems RunOf(Scaling scaling) {
  return [offset = Arithmetic<From>::FromDouble(scaling.offset),
          scale = Arithmetic<From>::FromDouble(scaling.scale)](const std::byte* __restrict from,
                                                               std::byte* __restrict to, size_t items) {
    using Wide = typename Arithmetic<From>::Wide;
    bool is_lost = false;
    for (size_t item = 0; item < items; ++item) {
      const auto value = NumericCast<Wide>(LoadLittleEndian<From>(from + item * sizeof(From)));
      const Wide computed = Compute(value, offset, scale);
      StoreLittleEndian(to + item * sizeof(To), CheckedCast<To>(computed, IsFinite(value), is_lost));
    }
    return !is_lost;
  };
}

template <typename From>
struct Scaled {
  using Numbers = Arithmetic<From>;
  using Wide = typename Numbers::Wide;
  static Wide Forward(Wide value, Wide offset, Wide scale) {
    return RoundedToEven(Numbers::Round(Numbers::Round(value - offset) * scale));
  }
  static Wide Backward(Wide value, Wide offset, Wide scale) {
    return Numbers::Round(Numbers::Round(value / scale) + offset);
  }
};

template <typename T>
constexpr bool kIsNumber = !std::is_same_v<T, BoolByte>;

}  // namespace

std::unique_ptr<const Codec> MakeFixedScaleOffsetCodec(double offset, double scale, DataType decoded,
                                                       DataType encoded) {
  const Scaling scaling{offset, scale};
  return VisitDataType(decoded, [&]<typename Decoded>(std::type_identity<Decoded>) {
    return VisitDataType(encoded, [&]<typename Encoded>(std::type_identity<Encoded>) {
      std::unique_ptr<const Codec> codec;
      if constexpr (kIsNumber<Decoded> && kIsNumber<Encoded>) {
        if (IsUsable<Decoded>(scaling) && IsUsable<Encoded>(scaling)) {
          codec = MakeItemCodec({.decoded_item_bytes = sizeof(Decoded),
                                 .encoded_item_bytes = sizeof(Encoded),
                                 .encode = RunOf<Decoded, Encoded, Scaled<Decoded>::Forward>(scaling),
                                 .decode = RunOf<Encoded, Decoded, Scaled<Encoded>::Backward>(scaling)});
        }
      }
      return codec;
    });
  });
}

}  // namespace quarry
