#include "core/codec/blosc_blocks.h"

#include <algorithm>

namespace quarry {

namespace {

constexpr size_t kKiB = 1024;
constexpr size_t kForcedBytesMin = 128;
constexpr size_t kBaseBytes = 32 * kKiB;  // about a first-level cache

// Compressors that gain enough from a larger window to be worth the cache misses.
bool PrefersLargeBlocks(BloscCompressor compressor) { return compressor != BloscCompressor::kLz4; }

size_t LevelBlockBytes(BloscCompressor compressor, int level) {
  const bool is_large = PrefersLargeBlocks(compressor);
  const size_t base = is_large ? 2 * kBaseBytes : kBaseBytes;
  switch (level) {
    case 0:
      return base / 4;
    case 1:
      return base / 2;
    case 2:
      return base;
    case 3:
      return base * 2;
    case 4:
    case 5:
      return base * 4;
    case 9:
      return is_large ? base * 16 : base * 8;
    default:
      return base * 8;
  }
}

}  // namespace

bool BloscSplits(BloscCompressor compressor, size_t item_bytes, size_t block_bytes) {
  return compressor != BloscCompressor::kZstd && BloscMaySplit(item_bytes, block_bytes);
}

size_t BloscBlockBytes(BloscCompressor compressor, int level, size_t item_bytes, size_t decoded_bytes,
                       size_t forced_bytes) {
  if (decoded_bytes < item_bytes) return 1;
  size_t block_bytes = decoded_bytes;
  if (forced_bytes > 0) {
    block_bytes = std::max(forced_bytes, kForcedBytesMin);
  } else if (decoded_bytes >= kBaseBytes) {
    block_bytes = LevelBlockBytes(compressor, level);
  }
  if (level > 0 && BloscSplits(compressor, item_bytes, block_bytes)) {
    // Each stream of a split block is a fraction of it, so the block grows with the item.
    block_bytes = std::clamp(std::min(block_bytes, 256 * kKiB) * item_bytes, 64 * kKiB, 1024 * kKiB);
  }
  block_bytes = std::min(block_bytes, decoded_bytes);
  return block_bytes > item_bytes ? block_bytes / item_bytes * item_bytes : block_bytes;
}

}  // namespace quarry
