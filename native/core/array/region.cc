#include "core/array/region.h"

#include <algorithm>

namespace quarry {

RegionAxis::RegionAxis(const AxisSelection& selection, uint64_t cell_extent, uint64_t cells_per_object)
    : step_(selection.step) {
  uint64_t taken = 0;
  while (taken < selection.count) {
    const uint64_t index = selection.start + taken * selection.step;
    const uint64_t cell = index / cell_extent;
    const uint64_t first = index % cell_extent;
    const uint64_t fitting = (cell_extent - first + selection.step - 1) / selection.step;
    const uint64_t count = std::min(fitting, selection.count - taken);
    const uint64_t object = cell / cells_per_object;
    if (objects_.empty() || objects_.back().object != object) objects_.push_back({object, pieces_.size(), 0});
    objects_.back().piece_count += 1;
    pieces_.push_back({cell, first, count, taken});
    taken += count;
  }
}

const Piece* RegionAxis::Find(const ObjectRun& run, uint64_t cell) const {
  const auto begin = pieces_.begin() + static_cast<ptrdiff_t>(run.first_piece);
  const auto end = begin + static_cast<ptrdiff_t>(run.piece_count);
  const auto found = std::ranges::lower_bound(begin, end, cell, {}, &Piece::cell);
  return found != end && found->cell == cell ? &*found : nullptr;
}

}  // namespace quarry
