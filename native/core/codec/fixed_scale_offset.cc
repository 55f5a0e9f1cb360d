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

// Each direction on one item; parameters and results are those of the type that the item has before.
template <typename From>
class Scaled {
 public:
  using Wide = typename Arithmetic<From>::Wide;

  explicit Scaled(Scaling scaling)
      : offset_(Arithmetic<From>::FromDouble(scaling.offset)),
        scale_(Arithmetic<From>::FromDouble(scaling.scale)) {}

  template <typename To>
  To Forward(From item, bool& is_lost) const {
    const auto value = NumericCast<Wide>(item);
    const Wide scaled = RoundedToEven(Numbers::Round(Numbers::Round(value - offset_) * scale_));
    return CheckedCast<To>(scaled, IsFinite(value), is_lost);
  }

  template <typename To>
  To Backward(From item, bool& is_lost) const {
    const auto value = NumericCast<Wide>(item);
    const Wide unscaled = Numbers::Round(Numbers::Round(value / scale_) + offset_);
    return CheckedCast<To>(unscaled, IsFinite(value), is_lost);
  }

 private:
  using Numbers = Arithmetic<From>;
  Wide offset_;
  Wide scale_;
};

template <typename Decoded, typename Encoded>
RunItems Decoding(Scaling scaling) {
  return [decoder = Scaled<Encoded>(scaling)](const std::byte* __restrict from, std::byte* __restrict to,
                                              size_t items) {
    bool is_lost = false;
    for (size_t item = 0; item < items; ++item) {
      const auto stored = LoadLittleEndian<Encoded>(from + item * sizeof(Encoded));
      StoreLittleEndian(to + item * sizeof(Decoded), decoder.template Backward<Decoded>(stored, is_lost));
    }
    return !is_lost;
  };
}

// An item is lost as well if what it becomes cannot be decoded: rounding has taken it out of range.
template <typename Decoded, typename Encoded>
RunItems Encoding(Scaling scaling) {
  return [encoder = Scaled<Decoded>(scaling), decoder = Scaled<Encoded>(scaling)](
             const std::byte* __restrict from, std::byte* __restrict to, size_t items) {
    bool is_lost = false;
    for (size_t item = 0; item < items; ++item) {
      const auto value = LoadLittleEndian<Decoded>(from + item * sizeof(Decoded));
      const auto stored = encoder.template Forward<Encoded>(value, is_lost);
      StoreLittleEndian(to + item * sizeof(Encoded), stored);
      decoder.template Backward<Decoded>(stored, is_lost);
    }
    return !is_lost;
  };
}

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
                                 .encode = Encoding<Decoded, Encoded>(scaling),
                                 .decode = Decoding<Decoded, Encoded>(scaling)});
        }
      }
      return codec;
    });
  });
}

}  // namespace quarry
