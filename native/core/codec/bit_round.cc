#include "core/codec/bit_round.h"

#include <limits>

#include "core/codec/item_codec.h"

namespace quarry {

namespace {

// Numbers of the same sign are ordered as their bits are, so that adding to the bits rounds, carries into the
// exponent included.
template <typename Bits, int kMantissaBits>
RunItems Rounding(int keep_bits) {
  const int dropped_bits = kMantissaBits - keep_bits;  // at least one
  return [dropped_bits](const std::byte* __restrict from, std::byte* __restrict to, size_t items) {
    constexpr auto kMagnitude = static_cast<Bits>(std::numeric_limits<Bits>::max() >> 1);
    constexpr auto kInfinity = static_cast<Bits>(kMagnitude >> kMantissaBits << kMantissaBits);
    const auto below_half = static_cast<Bits>((Bits{1} << (dropped_bits - 1)) - 1);
    const auto kept = static_cast<Bits>(std::numeric_limits<Bits>::max() << dropped_bits);
    bool is_lost = false;
    for (size_t item = 0; item < items; ++item) {
      const auto bits = LoadLittleEndian<Bits>(from + item * sizeof(Bits));
      const auto magnitude = static_cast<Bits>(bits & kMagnitude);
      const auto is_odd = static_cast<Bits>(bits >> dropped_bits & 1);
      const auto rounded = static_cast<Bits>((bits + below_half + is_odd) & kept);
      is_lost |= magnitude < kInfinity && (rounded & kMagnitude) == kInfinity;
      StoreLittleEndian(to + item * sizeof(Bits), magnitude > kInfinity ? bits : rounded);
    }
    return !is_lost;
  };
}

template <typename Bits, int kMantissaBits>
std::unique_ptr<const Codec> MakeFor(int keep_bits) {
  if (keep_bits < 0 || keep_bits > kMantissaBits) return nullptr;
  const auto copy = [](const std::byte* from, std::byte* to, size_t items) {
    std::memcpy(to, from, items * sizeof(Bits));
  };
  const bool is_identity = keep_bits == kMantissaBits;
  return MakeItemCodec({.decoded_item_bytes = sizeof(Bits),
                        .encoded_item_bytes = sizeof(Bits),
                        .encode = is_identity ? Always(copy) : Rounding<Bits, kMantissaBits>(keep_bits),
                        .decode = Always(copy),
                        .is_identity = is_identity});
}

}  // namespace

std::unique_ptr<const Codec> MakeBitRoundCodec(int keep_bits, DataType data_type) {
  if (data_type.kind != DataKind::kFloat) return nullptr;
  switch (data_type.item_bytes) {
    case 2:
      return MakeFor<uint16_t, 10>(keep_bits);
    case 4:
      return MakeFor<uint32_t, 23>(keep_bits);
    case 8:
      return MakeFor<uint64_t, 52>(keep_bits);
    default:
      return nullptr;
  }
}

}  // namespace quarry
