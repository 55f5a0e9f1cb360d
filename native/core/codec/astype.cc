#include "core/codec/astype.h"

#include "core/codec/half.h"
#include "core/codec/numeric_cast.h"

namespace quarry {

namespace {

template <typename To, typename From>
void Convert(const std::byte* __restrict from, std::byte* __restrict to, size_t items) {
  for (size_t item = 0; item < items; ++item) {
    const From value = LoadLittleEndian<From>(from + item * sizeof(From));
    StoreLittleEndian(to + item * sizeof(To), NumericCast<To>(value));
  }
}

template <typename To, typename From>
ConvertItems FastestConversion() {
  if constexpr (std::is_same_v<To, Half> && std::is_same_v<From, float>) return HalvesFromFloats;
  if constexpr (std::is_same_v<To, Half> && std::is_same_v<From, double>) return HalvesFromDoubles;
  if constexpr (std::is_same_v<To, float> && std::is_same_v<From, Half>) return FloatsFromHalves;
  if constexpr (std::is_same_v<To, double> && std::is_same_v<From, Half>) return DoublesFromHalves;
  return Convert<To, From>;
}

}  // namespace

ConvertItems ConversionBetween(DataType from, DataType to) {
  return VisitDataType(to, [from]<typename To>(std::type_identity<To>) {
    return VisitDataType(
        from, []<typename From>(std::type_identity<From>) { return FastestConversion<To, From>(); });
  });
}

std::unique_ptr<const Codec> MakeAstypeCodec(DataType decoded, DataType encoded) {
  return MakeItemCodec({.decoded_item_bytes = decoded.item_bytes,
                        .encoded_item_bytes = encoded.item_bytes,
                        .encode = Always(ConversionBetween(decoded, encoded)),
                        .decode = Always(ConversionBetween(encoded, decoded)),
                        .is_identity = decoded == encoded});
}

}  // namespace quarry
