// What Blosc does to a block before it is compressed, and undoes after.
#pragma once

#include <cstddef>

#include "core/bytes.h"
#include "core/codec/blosc_frame.h"
#include "core/codec/workspace.h"

namespace quarry {

// What the filter does to a block of `block_bytes`: c-blosc shuffles whole items and leaves the rest of the
// bytes behind them; it shuffles bits only where the block holds a multiple of eight items.
BloscFilter EffectiveBloscFilter(BloscFilter filter, size_t item_bytes, size_t block_bytes);

// In the workspace's codec_scratch: room for a filtered block, and, for the shuffle of bits alone, for the
// block between its steps.
struct BloscFilterScratch {
  std::byte* block;
  std::byte* bits;
};

// Null `block` on exhaustion of memory.
BloscFilterScratch ReserveBloscFilterScratch(Workspace& workspace, BloscFilter filter, size_t block_bytes);

// From `from` to from.size() bytes at `to`. `filter` is effective, so not kNone; `bits` as above.
void ApplyBloscFilter(BloscFilter filter, size_t item_bytes, ByteView from, std::byte* to, std::byte* bits);
void UndoBloscFilter(BloscFilter filter, size_t item_bytes, ByteView from, std::byte* to, std::byte* bits);

}  // namespace quarry
