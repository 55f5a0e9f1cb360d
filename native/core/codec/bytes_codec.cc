#include "core/codec/bytes_codec.h"

#include "core/cpu.h"

namespace quarry {

namespace {

inline uint16_t Swapped(uint16_t unit) { return __builtin_bswap16(unit); }
inline uint32_t Swapped(uint32_t unit) { return __builtin_bswap32(unit); }
inline uint64_t Swapped(uint64_t unit) { return __builtin_bswap64(unit); }

using SwapUnits = void (*)(const std::byte* from, std::byte* to, size_t bytes);

template <typename Unit>
void SwapUnitsBaseline(const std::byte* __restrict from, std::byte* __restrict to, size_t bytes) {
  for (size_t i = 0; i < bytes; i += sizeof(Unit)) {
    StoreLittleEndian(to + i, Swapped(LoadLittleEndian<Unit>(from + i)));
  }
}

#if defined(__x86_64__)
// The same loop, which the compiler turns into byte permutations where it may use them.
template <typename Unit>
__attribute__((target("avx2"))) void SwapUnitsAvx2(const std::byte* __restrict from, std::byte* __restrict to,
                                                   size_t bytes) {
  for (size_t i = 0; i < bytes; i += sizeof(Unit)) {
    StoreLittleEndian(to + i, Swapped(LoadLittleEndian<Unit>(from + i)));
  }
}
#endif

template <typename Unit>
SwapUnits FastestSwap() {
#if defined(__x86_64__)
  if (Cpu().avx2) return SwapUnitsAvx2<Unit>;
#endif
  return SwapUnitsBaseline<Unit>;
}

class BytesCodec final : public Codec {
 public:
  // A null `swap` leaves the items as they are in memory.
  BytesCodec(SwapUnits swap, size_t item_bytes) : swap_(swap), item_bytes_(item_bytes) {}

  std::optional<size_t> EncodedBytes(size_t decoded_bytes) const override { return decoded_bytes; }
  size_t EncodedBound(size_t decoded_bytes) const override { return decoded_bytes; }

  FaultOr<size_t> Encode(ByteView decoded, MutableBytes encoded, Workspace&) const override {
    return Convert(decoded, encoded);
  }
  FaultOr<size_t> Decode(ByteView encoded, MutableBytes decoded, Workspace&) const override {
    return Convert(encoded, decoded);
  }

  bool IsIdentity() const override { return swap_ == nullptr; }

 private:
  FaultOr<size_t> Convert(ByteView from, MutableBytes to) const {
    if (from.size() > to.size()) {
      return std::unexpected(Fault{FaultReason::kTooLarge, to.size(), from.size()});
    }
    if (from.size() % item_bytes_ != 0) {
      const size_t whole_bytes = from.size() / item_bytes_ * item_bytes_;
      return std::unexpected(Fault{FaultReason::kLengthMismatch, whole_bytes + item_bytes_, from.size()});
    }
    if (swap_ != nullptr) {
      swap_(from.data(), to.data(), from.size());
    } else if (!from.empty()) {
      std::memcpy(to.data(), from.data(), from.size());
    }
    return from.size();
  }

  SwapUnits swap_;
  size_t item_bytes_;
};

}  // namespace

std::unique_ptr<const Codec> MakeBytesCodec(bool big_endian, DataType data_type) {
  SwapUnits swap = nullptr;
  switch (data_type.unit_bytes) {
    case 1:
      break;
    case 2:
      swap = FastestSwap<uint16_t>();
      break;
    case 4:
      swap = FastestSwap<uint32_t>();
      break;
    case 8:
      swap = FastestSwap<uint64_t>();
      break;
    default:
      return nullptr;
  }
  if (data_type.item_bytes == 0 || data_type.item_bytes % data_type.unit_bytes != 0) return nullptr;
  return std::make_unique<BytesCodec>(big_endian ? swap : nullptr, data_type.item_bytes);
}

}  // namespace quarry
