#include "core/codec/blosc_filter.h"

#include "core/codec/bitshuffle_kernels.h"
#include "core/codec/shuffle_kernels.h"

namespace quarry {

namespace {

// The bytes behind the last whole item stay as they are.
void CopyRest(ByteView from, std::byte* to, size_t filtered_bytes) {
  if (filtered_bytes == from.size()) return;
  std::memcpy(to + filtered_bytes, from.data() + filtered_bytes, from.size() - filtered_bytes);
}

}  // namespace

BloscFilter EffectiveBloscFilter(BloscFilter filter, size_t item_bytes, size_t block_bytes) {
  const size_t items = block_bytes / item_bytes;
  if (filter == BloscFilter::kShuffle && item_bytes > 1 && items > 0) return filter;
  if (filter == BloscFilter::kBitshuffle && items > 0 && items % 8 == 0) return filter;
  return BloscFilter::kNone;
}

BloscFilterScratch ReserveBloscFilterScratch(Workspace& workspace, BloscFilter filter, size_t block_bytes) {
  BloscFilterScratch scratch{workspace.codec_scratch[0].Reserve(block_bytes), nullptr};
  if (filter == BloscFilter::kBitshuffle) {
    scratch.bits = workspace.codec_scratch[1].Reserve(block_bytes);
    if (scratch.bits == nullptr) scratch.block = nullptr;
  }
  return scratch;
}

void ApplyBloscFilter(BloscFilter filter, size_t item_bytes, ByteView from, std::byte* to, std::byte* bits) {
  const size_t items = from.size() / item_bytes;
  if (filter == BloscFilter::kShuffle) {
    Shuffle(from.data(), to, items, item_bytes);
  } else {
    Bitshuffle(from.data(), to, bits, items, item_bytes);
  }
  CopyRest(from, to, items * item_bytes);
}

void UndoBloscFilter(BloscFilter filter, size_t item_bytes, ByteView from, std::byte* to, std::byte* bits) {
  const size_t items = from.size() / item_bytes;
  if (filter == BloscFilter::kShuffle) {
    Unshuffle(from.data(), to, items, item_bytes);
  } else {
    Bitunshuffle(from.data(), to, bits, items, item_bytes);
  }
  CopyRest(from, to, items * item_bytes);
}

}  // namespace quarry
