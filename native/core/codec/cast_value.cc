#include "core/codec/cast_value.h"

#include <optional>
#include <unordered_map>

#include "core/codec/item_codec.h"

namespace quarry {

namespace {

// Equal for items that a map takes for one.
template <typename Item>
uint64_t KeyOf(Item item) {
  if constexpr (std::is_integral_v<Item>) {
    return static_cast<uint64_t>(item);
  } else {
    const auto value = NumericCast<double>(item);
    if (value != value) return std::bit_cast<uint64_t>(std::numeric_limits<double>::quiet_NaN());
    return std::bit_cast<uint64_t>(value == 0 ? 0.0 : value);
  }
}

template <typename To>
using ScalarMap = std::unordered_map<uint64_t, To>;

template <typename To, typename From>
std::optional<ScalarMap<To>> MapOf(ByteView pairs) {
  constexpr size_t kPairBytes = sizeof(From) + sizeof(To);
  if (pairs.size() % kPairBytes != 0) return std::nullopt;
  ScalarMap<To> map;
  for (size_t at = 0; at < pairs.size(); at += kPairBytes) {
    map.try_emplace(KeyOf(LoadLittleEndian<From>(pairs.data() + at)),
                    LoadLittleEndian<To>(pairs.data() + at + sizeof(From)));
  }
  return map;
}

template <typename To, typename From>
struct Cast {
  ValueCastRules rules;
  ScalarMap<To> map;

  To Of(From value, bool& is_lost) const {
    if (!map.empty()) {
      if (const auto mapped = map.find(KeyOf(value)); mapped != map.end()) return mapped->second;
    }
    return ValueCast<To>(value, rules, is_lost);
  }
};

template <typename To, typename From>
RunItems Decoding(Cast<To, From> cast) {
  return [cast = std::move(cast)](const std::byte* __restrict from, std::byte* __restrict to, size_t items) {
    bool is_lost = false;
    for (size_t item = 0; item < items; ++item) {
      const auto value = LoadLittleEndian<From>(from + item * sizeof(From));
      StoreLittleEndian(to + item * sizeof(To), cast.Of(value, is_lost));
    }
    return !is_lost;
  };
}

// An item is lost as well if what it becomes cannot be decoded: rounding has taken it out of range.
template <typename To, typename From>
RunItems Encoding(Cast<To, From> cast, Cast<From, To> back) {
  return [cast = std::move(cast), back = std::move(back)](const std::byte* __restrict from,
                                                          std::byte* __restrict to, size_t items) {
    bool is_lost = false;
    for (size_t item = 0; item < items; ++item) {
      const To stored = cast.Of(LoadLittleEndian<From>(from + item * sizeof(From)), is_lost);
      StoreLittleEndian(to + item * sizeof(To), stored);
      back.Of(stored, is_lost);
    }
    return !is_lost;
  };
}

template <typename T>
constexpr bool kIsNumber = !std::is_same_v<T, BoolByte>;

}  // namespace

std::unique_ptr<const Codec> MakeCastValueCodec(DataType decoded, DataType encoded, ValueCastRules rules,
                                                const ScalarPairs& encode_pairs,
                                                const ScalarPairs& decode_pairs) {
  return VisitDataType(decoded, [&]<typename Decoded>(std::type_identity<Decoded>) {
    return VisitDataType(encoded, [&]<typename Encoded>(std::type_identity<Encoded>) {
      std::unique_ptr<const Codec> codec;
      if constexpr (kIsNumber<Decoded> && kIsNumber<Encoded>) {
        auto encode_map = MapOf<Encoded, Decoded>(encode_pairs);
        auto decode_map = MapOf<Decoded, Encoded>(decode_pairs);
        if (encode_map && decode_map) {
          const bool is_identity = decoded == encoded && encode_map->empty() && decode_map->empty();
          const Cast<Encoded, Decoded> cast{rules, std::move(*encode_map)};
          const Cast<Decoded, Encoded> back{rules, std::move(*decode_map)};
          codec = MakeItemCodec({.decoded_item_bytes = sizeof(Decoded),
                                 .encoded_item_bytes = sizeof(Encoded),
                                 .encode = Encoding(cast, back),
                                 .decode = Decoding(back),
                                 .is_identity = is_identity});
        }
      }
      return codec;
    });
  });
}

}  // namespace quarry
