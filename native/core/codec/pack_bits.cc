// Eight bools are one word of eight bytes. Multiplying it by 2^0 + 2^9 + … + 2^63 moves bit 8i, for each byte
// i, to bit 63 − i, and the other products fall elsewhere, each into a place of its own, so that none
// carries. The way back is the same product: it puts bit 7 − i of the packed byte to bit 8i + 7.
#include "core/codec/pack_bits.h"

namespace quarry {

namespace {

constexpr size_t kHeaderBytes = 1;
constexpr uint64_t kLowBits = 0x0101010101010101;
constexpr uint64_t kDiagonal = 0x8040201008040201;

std::byte Packed(uint64_t bools) {
  constexpr uint64_t kAllButHighBits = 0x7F7F7F7F7F7F7F7F;
  const uint64_t is_true = ((bools & kAllButHighBits) + kAllButHighBits) | bools;
  return static_cast<std::byte>(((is_true >> 7 & kLowBits) * kDiagonal) >> 56);
}

uint64_t Unpacked(std::byte bits) { return (std::to_integer<uint64_t>(bits) * kDiagonal) >> 7 & kLowBits; }

class PackBitsCodec final : public Codec {
 public:
  explicit PackBitsCodec(size_t items) : items_(items) {}

  std::optional<size_t> EncodedBytes(size_t decoded_bytes) const override {
    return PackedBitsBytes(decoded_bytes);
  }
  size_t EncodedBound(size_t decoded_bytes) const override { return PackedBitsBytes(decoded_bytes); }

  FaultOr<size_t> Encode(ByteView decoded, MutableBytes encoded, Workspace&) const override {
    if (decoded.size() != items_) {
      return std::unexpected(Fault{FaultReason::kLengthMismatch, items_, decoded.size()});
    }
    encoded[0] = static_cast<std::byte>(PaddingBits());
    const std::byte* from = decoded.data();
    std::byte* to = encoded.data() + kHeaderBytes;
    for (size_t group = 0; group < items_ / 8; ++group, from += 8) {
      *to++ = Packed(LoadLittleEndian<uint64_t>(from));
    }
    if (items_ % 8 != 0) {
      uint64_t last = 0;
      std::memcpy(&last, from, items_ % 8);
      *to = Packed(last);
    }
    return PackedBitsBytes(items_);
  }

  FaultOr<size_t> Decode(ByteView encoded, MutableBytes decoded, Workspace&) const override {
    if (encoded.size() != PackedBitsBytes(items_)) {
      return std::unexpected(Fault{FaultReason::kLengthMismatch, PackedBitsBytes(items_), encoded.size()});
    }
    if (std::to_integer<size_t>(encoded[0]) != PaddingBits()) {
      return std::unexpected(Fault{FaultReason::kMalformed});
    }
    if (items_ > decoded.size()) {
      return std::unexpected(Fault{FaultReason::kTooLarge, decoded.size(), items_});
    }
    const std::byte* from = encoded.data() + kHeaderBytes;
    std::byte* to = decoded.data();
    for (size_t group = 0; group < items_ / 8; ++group, to += 8) StoreLittleEndian(to, Unpacked(*from++));
    if (items_ % 8 != 0) {
      const uint64_t last = Unpacked(*from);
      std::memcpy(to, &last, items_ % 8);
    }
    return items_;
  }

 private:
  size_t PaddingBits() const { return (8 - items_ % 8) % 8; }

  size_t items_;
};

}  // namespace

uint64_t PackedBitsBytes(uint64_t items) { return kHeaderBytes + items / 8 + (items % 8 != 0 ? 1 : 0); }

std::unique_ptr<const Codec> MakePackBitsCodec(uint64_t items) {
  return std::make_unique<PackBitsCodec>(items);
}

}  // namespace quarry
