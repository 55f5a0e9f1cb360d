// Copies and fills of N-dimensional boxes of items between memory of any strides.
#pragma once

#include <cstdint>
#include <span>

#include "core/bytes.h"

namespace quarry {

// Copies a box of `counts` items from `source` to `target`; strides are in bytes and may be zero (a broadcast
// source) or negative. Boxes must not overlap. Items of 1, 2, 4, 8 and 16 bytes have code
// of their own.
void CopyBox(std::byte* target, std::span<const int64_t> target_strides, const std::byte* source,
             std::span<const int64_t> source_strides, std::span<const uint64_t> counts, size_t item_bytes);

// Repeats one item over a box.
inline void FillBox(std::byte* target, std::span<const int64_t> target_strides, const std::byte* item,
                    std::span<const uint64_t> counts, size_t item_bytes) {
  constexpr int64_t kNoStrides[32] = {};
  CopyBox(target, target_strides, item, std::span(kNoStrides).first(counts.size()), counts, item_bytes);
}

// Byte strides of a C-order array.
void ContiguousStrides(std::span<const uint64_t> shape, size_t item_bytes, std::span<int64_t> strides);

}  // namespace quarry
