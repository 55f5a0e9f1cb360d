#include "core/codec/transpose_plan.h"

#include <algorithm>

#include "core/codec/transpose_kernels.h"

namespace quarry {

TransposePlan::TransposePlan(std::span<const uint64_t> shape, std::span<const size_t> order,
                             size_t item_bytes)
    : item_bytes_(item_bytes), bytes_(item_bytes) {
  std::vector<size_t> from_strides(shape.size());
  for (size_t i = shape.size(); i-- > 0;) {
    from_strides[i] = bytes_;
    bytes_ *= shape[i];
  }
  if (bytes_ == 0) return;

  // Innermost first.
  std::vector<Dimension> dimensions;
  size_t to_stride = item_bytes;
  for (size_t i = order.size(); i-- > 0;) {
    const Dimension next{shape[order[i]], from_strides[order[i]], to_stride};
    to_stride *= next.items;
    if (next.items == 1) continue;
    if (!dimensions.empty() && next.from_stride == dimensions.back().from_stride * dimensions.back().items) {
      dimensions.back().items *= next.items;
    } else {
      dimensions.push_back(next);
    }
  }

  if (dimensions.empty() || dimensions.front().from_stride == item_bytes) {
    run_bytes_ = dimensions.empty() ? item_bytes : dimensions.front().items * item_bytes;
    if (!dimensions.empty()) dimensions.erase(dimensions.begin());
  } else {
    rows_ = dimensions.front();
    const auto columns = std::ranges::find(dimensions, item_bytes, &Dimension::from_stride);
    columns_ = *columns;
    dimensions.erase(columns);
    dimensions.erase(dimensions.begin());
  }
  outer_.assign(dimensions.rbegin(), dimensions.rend());
}

void TransposePlan::Run(const std::byte* from, std::byte* to) const {
  if (bytes_ == 0) return;
  std::vector<size_t> at(outer_.size(), 0);
  for (;;) {
    RunInner(from, to);
    // An odometer over the outer dimensions, the last one fastest.
    size_t i = outer_.size();
    for (;;) {
      if (i == 0) return;
      const Dimension& dimension = outer_[--i];
      from += dimension.from_stride;
      to += dimension.to_stride;
      if (++at[i] < dimension.items) break;
      at[i] = 0;
      from -= dimension.from_stride * dimension.items;
      to -= dimension.to_stride * dimension.items;
    }
  }
}

void TransposePlan::RunInner(const std::byte* from, std::byte* to) const {
  if (run_bytes_ > 0) {
    std::memcpy(to, from, run_bytes_);
    return;
  }
  TransposeMatrix({.from = from,
                   .to = to,
                   .rows = rows_.items,
                   .columns = columns_.items,
                   .from_row_bytes = rows_.from_stride,
                   .to_column_bytes = columns_.to_stride},
                  item_bytes_);
}

}  // namespace quarry
