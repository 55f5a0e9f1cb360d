#include "core/codec/scale_offset.h"

#include <charconv>
#include <optional>

#include "core/codec/checked_cast.h"
#include "core/codec/item_codec.h"

namespace quarry {

namespace {

template <std::integral Integer>
std::optional<Integer> ParsedWhole(std::string_view text) {
  Integer value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Both return whether the result is exact.
template <std::integral Integer>
struct WholeScaling {
  Integer offset;
  Integer scale;

  bool Forward(Integer decoded, Integer& encoded) const {
    Integer difference;
    const bool overflows = __builtin_sub_overflow(decoded, offset, &difference);
    return !(__builtin_mul_overflow(difference, scale, &encoded) || overflows);
  }

  bool Backward(Integer encoded, Integer& decoded) const {
    Integer quotient;
    if (scale == 1) {
      quotient = encoded;
    } else if (scale == 0) {
      return false;
    } else if (std::is_signed_v<Integer> && scale == static_cast<Integer>(-1)) {
      // The one division that can overflow.
      if (__builtin_sub_overflow(Integer{0}, encoded, &quotient)) return false;
    } else {
      if (encoded % scale != 0) return false;
      quotient = static_cast<Integer>(encoded / scale);
    }
    return !__builtin_add_overflow(quotient, offset, &decoded);
  }
};

template <std::integral Integer, auto Compute>
RunItems WholeRun(WholeScaling<Integer> scaling) {
  return [scaling](const std::byte* __restrict from, std::byte* __restrict to, size_t items) {
    bool is_exact = true;
    for (size_t item = 0; item < items; ++item) {
      Integer result{};
      is_exact &= (scaling.*Compute)(LoadLittleEndian<Integer>(from + item * sizeof(Integer)), result);
      StoreLittleEndian(to + item * sizeof(Integer), result);
    }
    return is_exact;
  };
}

template <typename Float>
class FloatScaling {
 public:
  FloatScaling(double offset, double scale)
      : offset_(Numbers::FromDouble(offset)), scale_(Numbers::FromDouble(scale)) {}

  Float Forward(Float item, bool& is_lost) const {
    const auto value = NumericCast<Wide>(item);
    const Wide scaled = Numbers::Round(Numbers::Round(value - offset_) * scale_);
    return CheckedCast<Float>(scaled, IsFinite(value), is_lost);
  }
  Float Backward(Float item, bool& is_lost) const {
    const auto value = NumericCast<Wide>(item);
    const Wide unscaled = Numbers::Round(Numbers::Round(value / scale_) + offset_);
    return CheckedCast<Float>(unscaled, IsFinite(value), is_lost);
  }

 private:
  using Numbers = Arithmetic<Float>;
  using Wide = typename Numbers::Wide;
  Wide offset_;
  Wide scale_;
};

template <typename Float>
RunItems FloatDecoding(FloatScaling<Float> scaling) {
  return [scaling](const std::byte* __restrict from, std::byte* __restrict to, size_t items) {
    bool is_lost = false;
    for (size_t item = 0; item < items; ++item) {
      const auto stored = LoadLittleEndian<Float>(from + item * sizeof(Float));
      StoreLittleEndian(to + item * sizeof(Float), scaling.Backward(stored, is_lost));
    }
    return !is_lost;
  };
}

// An item is lost as well if what it becomes cannot be decoded: rounding has taken it out of range.
template <typename Float>
RunItems FloatEncoding(FloatScaling<Float> scaling) {
  return [scaling](const std::byte* __restrict from, std::byte* __restrict to, size_t items) {
    bool is_lost = false;
    for (size_t item = 0; item < items; ++item) {
      const Float stored = scaling.Forward(LoadLittleEndian<Float>(from + item * sizeof(Float)), is_lost);
      StoreLittleEndian(to + item * sizeof(Float), stored);
      scaling.Backward(stored, is_lost);
    }
    return !is_lost;
  };
}

}  // namespace

std::unique_ptr<const Codec> MakeIntegerScaleOffsetCodec(std::string_view offset, std::string_view scale,
                                                         DataType data_type) {
  return VisitDataType(data_type, [&]<typename T>(std::type_identity<T>) {
    std::unique_ptr<const Codec> codec;
    if constexpr (std::is_integral_v<T>) {
      const auto parsed_offset = ParsedWhole<T>(offset);
      const auto parsed_scale = ParsedWhole<T>(scale);
      if (parsed_offset && parsed_scale) {
        const WholeScaling<T> scaling{*parsed_offset, *parsed_scale};
        codec = MakeItemCodec({.decoded_item_bytes = sizeof(T),
                               .encoded_item_bytes = sizeof(T),
                               .encode = WholeRun<T, &WholeScaling<T>::Forward>(scaling),
                               .decode = WholeRun<T, &WholeScaling<T>::Backward>(scaling),
                               .is_identity = *parsed_offset == 0 && *parsed_scale == 1});
      }
    }
    return codec;
  });
}

std::unique_ptr<const Codec> MakeFloatScaleOffsetCodec(double offset, double scale, DataType data_type) {
  return VisitDataType(data_type, [&]<typename T>(std::type_identity<T>) {
    std::unique_ptr<const Codec> codec;
    if constexpr (std::is_same_v<T, Half> || std::is_floating_point_v<T>) {
      const FloatScaling<T> scaling(offset, scale);
      codec = MakeItemCodec({.decoded_item_bytes = sizeof(T),
                             .encoded_item_bytes = sizeof(T),
                             .encode = FloatEncoding(scaling),
                             .decode = FloatDecoding(scaling),
                             .is_identity = offset == 0 && scale == 1});
    }
    return codec;
  });
}

}  // namespace quarry
