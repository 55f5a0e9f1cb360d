#include "core/array/region.h"

#include <algorithm>
#include <numeric>

namespace quarry {

RegionAxis::RegionAxis(const AxisSelection& selection, uint64_t cell_extent, uint64_t cells_per_object)
    : step_(selection.step) {
  if (selection.is_list()) {
    CutList(selection, cell_extent, cells_per_object);
    return;
  }
  uint64_t taken = 0;
  while (taken < selection.count) {
    const uint64_t index = selection.start + taken * selection.step;
    const uint64_t first = index % cell_extent;
    const uint64_t fitting = (cell_extent - first + selection.step - 1) / selection.step;
    const uint64_t count = std::min(fitting, selection.count - taken);
    Add({index / cell_extent, first, count, taken}, cells_per_object);
    taken += count;
  }
}

void RegionAxis::CutList(const AxisSelection& selection, uint64_t cell_extent, uint64_t cells_per_object) {
  std::vector<uint64_t> order(selection.indices.size());
  std::iota(order.begin(), order.end(), uint64_t{0});
  // Stable, so that of a repeated index the last one is written last.
  std::ranges::stable_sort(order, {}, [&](uint64_t position) { return selection.indices[position]; });
  entries_.reserve(order.size());
  for (const uint64_t position : order) {
    const uint64_t index = selection.indices[position];
    const uint64_t cell = index / cell_extent;
    if (pieces_.empty() || pieces_.back().cell != cell) Add({cell, entries_.size(), 0, 0}, cells_per_object);
    pieces_.back().count += 1;
    entries_.push_back({index % cell_extent, position});
  }
}

void RegionAxis::Add(const Piece& piece, uint64_t cells_per_object) {
  const uint64_t object = piece.cell / cells_per_object;
  if (objects_.empty() || objects_.back().object != object) objects_.push_back({object, pieces_.size(), 0});
  objects_.back().piece_count += 1;
  pieces_.push_back(piece);
}

const Piece* RegionAxis::Find(const ObjectRun& run, uint64_t cell) const {
  const auto begin = pieces_.begin() + static_cast<ptrdiff_t>(run.first_piece);
  const auto end = begin + static_cast<ptrdiff_t>(run.piece_count);
  const auto found = std::ranges::lower_bound(begin, end, cell, {}, &Piece::cell);
  return found != end && found->cell == cell ? &*found : nullptr;
}

}  // namespace quarry
