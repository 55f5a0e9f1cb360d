// Seen from the axis, a C-order chunk is a number of independent slabs; a slab is as many rows as the axis is
// long; and a row is what is contiguous inside: the items that each have their predecessor one row back.
//
// Encoding looks at decoded items only, so a slab is one pass with the distance of a row. Decoding needs the
// row before it decoded: wide rows go as vectors, row by row; narrow ones, whose dependence would run through
// memory, keep their row in registers.
#include "core/codec/temporal.h"

#include <array>
#include <utility>

namespace quarry {

namespace {

struct Slab {
  size_t rows;
  size_t row_items;
};

using RunSlab = void (*)(const std::byte* from, std::byte* to, Slab slab);

// Arithmetic on the bits; narrow types are promoted to int and cut back.
template <typename Bits>
struct Xor {
  static Bits Forward(Bits item, Bits before) { return static_cast<Bits>(item ^ before); }
  static Bits Backward(Bits item, Bits before) { return static_cast<Bits>(item ^ before); }
};

template <typename Bits>
struct Delta {
  static Bits Forward(Bits item, Bits before) { return static_cast<Bits>(item - before); }
  static Bits Backward(Bits item, Bits before) { return static_cast<Bits>(item + before); }
};

template <typename Bits>
Bits LoadItem(const std::byte* at, size_t item) {
  return LoadLittleEndian<Bits>(at + item * sizeof(Bits));
}

template <typename Bits>
void StoreItem(std::byte* at, size_t item, Bits bits) {
  StoreLittleEndian(at + item * sizeof(Bits), bits);
}

template <typename Bits, typename Operation>
void EncodeSlab(const std::byte* __restrict from, std::byte* __restrict to, Slab slab) {
  const size_t items = slab.rows * slab.row_items;
  std::memcpy(to, from, slab.row_items * sizeof(Bits));
  for (size_t item = slab.row_items; item < items; ++item) {
    const auto before = LoadItem<Bits>(from, item - slab.row_items);
    StoreItem(to, item, Operation::Forward(LoadItem<Bits>(from, item), before));
  }
}

template <typename Bits, typename Operation>
void DecodeWideRows(const std::byte* __restrict from, std::byte* to, Slab slab) {
  const size_t row_bytes = slab.row_items * sizeof(Bits);
  std::memcpy(to, from, row_bytes);
  for (size_t row = 1; row < slab.rows; ++row) {
    const std::byte* encoded = from + row * row_bytes;
    const std::byte* before = to + (row - 1) * row_bytes;
    std::byte* __restrict decoded = to + row * row_bytes;
    for (size_t item = 0; item < slab.row_items; ++item) {
      StoreItem(decoded, item,
                Operation::Backward(LoadItem<Bits>(encoded, item), LoadItem<Bits>(before, item)));
    }
  }
}

template <typename Bits, typename Operation, size_t kRowItems>
void DecodeNarrowRows(const std::byte* __restrict from, std::byte* __restrict to, Slab slab) {
  std::array<Bits, kRowItems> row_before{};  // zero, so that the first row is kept by either operation
  for (size_t row = 0; row < slab.rows; ++row) {
    for (size_t item = 0; item < kRowItems; ++item) {
      const auto encoded = LoadItem<Bits>(from, row * kRowItems + item);
      row_before[item] = Operation::Backward(encoded, row_before[item]);
      StoreItem(to, row * kRowItems + item, row_before[item]);
    }
  }
}

constexpr size_t kNarrowRowItemsMax = 8;

template <typename Bits, typename Operation>
RunSlab DecoderFor(size_t row_items) {
  constexpr auto kNarrow = []<size_t... kIndex>(std::index_sequence<kIndex...>) {
    return std::array<RunSlab, kNarrowRowItemsMax>{DecodeNarrowRows<Bits, Operation, kIndex + 1>...};
  }(std::make_index_sequence<kNarrowRowItemsMax>());
  if (row_items >= 1 && row_items <= kNarrowRowItemsMax) return kNarrow[row_items - 1];
  return DecodeWideRows<Bits, Operation>;
}

struct SlabRuns {
  RunSlab encode;
  RunSlab decode;
};

template <typename Bits>
SlabRuns RunsFor(TemporalTransform transform, size_t row_items) {
  if (transform == TemporalTransform::kXor) {
    return {EncodeSlab<Bits, Xor<Bits>>, DecoderFor<Bits, Xor<Bits>>(row_items)};
  }
  return {EncodeSlab<Bits, Delta<Bits>>, DecoderFor<Bits, Delta<Bits>>(row_items)};
}

class TemporalCodec final : public Codec {
 public:
  TemporalCodec(SlabRuns runs, size_t slabs, Slab slab, size_t item_bytes)
      : runs_(runs), slabs_(slabs), slab_(slab), item_bytes_(item_bytes) {}

  std::optional<size_t> EncodedBytes(size_t decoded_bytes) const override { return decoded_bytes; }
  size_t EncodedBound(size_t decoded_bytes) const override { return decoded_bytes; }

  FaultOr<size_t> Encode(ByteView decoded, MutableBytes encoded, Workspace&) const override {
    return Run(runs_.encode, decoded, encoded);
  }
  FaultOr<size_t> Decode(ByteView encoded, MutableBytes decoded, Workspace&) const override {
    return Run(runs_.decode, encoded, decoded);
  }

 private:
  FaultOr<size_t> Run(RunSlab run, ByteView from, MutableBytes to) const {
    const size_t slab_bytes = slab_.rows * slab_.row_items * item_bytes_;
    if (from.size() != slabs_ * slab_bytes) {
      return std::unexpected(Fault{FaultReason::kLengthMismatch, slabs_ * slab_bytes, from.size()});
    }
    if (from.size() > to.size()) {
      return std::unexpected(Fault{FaultReason::kTooLarge, to.size(), from.size()});
    }
    if (slab_bytes == 0) return 0;
    for (size_t offset = 0; offset < from.size(); offset += slab_bytes) {
      run(from.data() + offset, to.data() + offset, slab_);
    }
    return from.size();
  }

  SlabRuns runs_;
  size_t slabs_;
  Slab slab_;
  size_t item_bytes_;
};

}  // namespace

std::unique_ptr<const Codec> MakeTemporalCodec(TemporalTransform transform, size_t axis,
                                               const ChunkType& chunk) {
  const DataKind kind = chunk.data_type.kind;
  if (axis >= chunk.shape.size() || kind == DataKind::kOpaque) return nullptr;
  if (transform == TemporalTransform::kDelta && kind != DataKind::kInt && kind != DataKind::kUint)
    return nullptr;

  size_t slabs = 1;
  Slab slab{.rows = chunk.shape[axis], .row_items = 1};
  for (size_t i = 0; i < axis; ++i) slabs *= chunk.shape[i];
  for (size_t i = axis + 1; i < chunk.shape.size(); ++i) slab.row_items *= chunk.shape[i];

  const size_t item_bytes = chunk.data_type.item_bytes;
  SlabRuns runs{};
  switch (item_bytes) {
    case 1:
      runs = RunsFor<uint8_t>(transform, slab.row_items);
      break;
    case 2:
      runs = RunsFor<uint16_t>(transform, slab.row_items);
      break;
    case 4:
      runs = RunsFor<uint32_t>(transform, slab.row_items);
      break;
    case 8:
      runs = RunsFor<uint64_t>(transform, slab.row_items);
      break;
    default:
      return nullptr;
  }
  return std::make_unique<TemporalCodec>(runs, slabs, slab, item_bytes);
}

}  // namespace quarry
