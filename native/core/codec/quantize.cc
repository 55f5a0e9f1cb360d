#include "core/codec/quantize.h"

#include <cmath>

#include "core/codec/astype.h"
#include "core/codec/checked_cast.h"
#include "core/codec/item_codec.h"

namespace quarry {

namespace {

template <typename T>
constexpr bool kIsFloat = std::is_same_v<T, Half> || std::is_floating_point_v<T>;

template <typename Decoded, typename Encoded>
RunItems Quantization(typename Arithmetic<Decoded>::Wide scale) {
  return [scale](const std::byte* __restrict from, std::byte* __restrict to, size_t items) {
    using Numbers = Arithmetic<Decoded>;
    using Wide = typename Numbers::Wide;
    bool is_lost = false;
    for (size_t item = 0; item < items; ++item) {
      const auto value = NumericCast<Wide>(LoadLittleEndian<Decoded>(from + item * sizeof(Decoded)));
      const Wide quantized = Numbers::Round(RoundedToEven(Numbers::Round(value * scale)) / scale);
      StoreLittleEndian(to + item * sizeof(Encoded),
                        CheckedCast<Encoded>(quantized, IsFinite(value), is_lost));
    }
    return !is_lost;
  };
}

}  // namespace

std::unique_ptr<const Codec> MakeQuantizeCodec(int bits, DataType decoded, DataType encoded) {
  return VisitDataType(decoded, [&]<typename Decoded>(std::type_identity<Decoded>) {
    return VisitDataType(encoded, [&]<typename Encoded>(std::type_identity<Encoded>) {
      std::unique_ptr<const Codec> codec;
      if constexpr (kIsFloat<Decoded> && kIsFloat<Encoded>) {
        const auto scale = Arithmetic<Decoded>::FromDouble(std::ldexp(1.0, bits));
        if (IsFinite(scale) && scale != 0) {
          codec = MakeItemCodec({.decoded_item_bytes = sizeof(Decoded),
                                 .encoded_item_bytes = sizeof(Encoded),
                                 .encode = Quantization<Decoded, Encoded>(scale),
                                 .decode = Always(ConversionBetween(encoded, decoded))});
        }
      }
      return codec;
    });
  });
}

}  // namespace quarry
