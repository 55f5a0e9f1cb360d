// How to copy an array of one C order into another with its dimensions permuted: made once for a shape, run
// often.
//
// Dimensions of one item are dropped and neighbours that stay neighbours are merged, so that what remains is
// a stack of either rows that are contiguous on both sides, or matrices to be transposed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/bytes.h"

namespace quarry {

class TransposePlan {
 public:
  // From an array of `shape` to one whose dimension i is dimension order[i]. `order` is a permutation.
  TransposePlan(std::span<const uint64_t> shape, std::span<const size_t> order, size_t item_bytes);

  size_t bytes() const { return bytes_; }
  // Both hold bytes() bytes and do not overlap.
  void Run(const std::byte* from, std::byte* to) const;

 private:
  // One dimension of the target, outermost first; strides in bytes.
  struct Dimension {
    size_t items;
    size_t from_stride;
    size_t to_stride;
  };

  void RunInner(const std::byte* from, std::byte* to) const;

  size_t item_bytes_;
  size_t bytes_;
  std::vector<Dimension> outer_;
  // Either a run of contiguous bytes, where rows_.items is 0; or a matrix: `rows_` is contiguous in the
  // target, `columns_` in the source.
  size_t run_bytes_ = 0;
  Dimension rows_{};
  Dimension columns_{};
};

}  // namespace quarry
