#include "core/array/box_selection.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/array/limits.h"
#include "core/array/selection.h"

namespace quarry {

static_assert(Selection<BoxSelection>);

BoxSelection::BoxSelection(const LocalArray& array, std::vector<AxisSelection> axes,
                           std::vector<int64_t> memory_strides_bytes)
    : cell_shape_(array.cell_shape().begin(), array.cell_shape().end()),
      cells_per_object_(array.cells_per_object().begin(), array.cells_per_object().end()),
      item_bytes_(array.item_bytes()),
      selected_(std::move(axes)),
      memory_strides_bytes_(std::move(memory_strides_bytes)) {
  axes_.reserve(selected_.size());
  for (size_t i = 0; i < selected_.size(); ++i) {
    axes_.emplace_back(selected_[i], cell_shape_[i], cells_per_object_[i]);
  }
  objects_ = ListTouchedObjects(axes_);
}

size_t BoxSelection::TouchedCell(size_t object, size_t nth) const {
  const TouchedObject& touched = objects_[object];
  size_t rest = nth;
  size_t cell_in_object = 0;
  size_t cells = 1;
  for (size_t i = axes_.size(); i-- > 0;) {
    const ObjectRun& run = *touched.runs[i];
    const Piece& piece = axes_[i].pieces()[run.first_piece + rest % run.piece_count];
    rest /= run.piece_count;
    cell_in_object += cells * (piece.cell - touched.coordinates[i] * cells_per_object_[i]);
    cells *= cells_per_object_[i];
  }
  return cell_in_object;
}

std::optional<CellCopy> BoxSelection::Find(size_t object, size_t cell_in_object) const {
  const TouchedObject& touched = objects_[object];
  std::array<const Piece*, kDimensionsMax> pieces;
  size_t rest = cell_in_object;
  for (size_t i = axes_.size(); i-- > 0;) {
    const uint64_t cell = touched.coordinates[i] * cells_per_object_[i] + rest % cells_per_object_[i];
    rest /= cells_per_object_[i];
    pieces[i] = axes_[i].Find(*touched.runs[i], cell);
    if (pieces[i] == nullptr) return std::nullopt;
  }
  return CellCopy(axes_, CellPieces(pieces.data(), axes_.size()), cell_shape_, memory_strides_bytes_,
                  item_bytes_);
}

bool BoxSelection::CoversObject(size_t object, std::span<const uint64_t> array_shape) const {
  for (size_t i = 0; i < axes_.size(); ++i) {
    const AxisSelection& selection = selected_[i];
    if (selection.is_list()) return false;
    const uint64_t extent = cell_shape_[i] * cells_per_object_[i];
    const uint64_t begin = objects_[object].coordinates[i] * extent;
    const uint64_t end = std::min(begin + extent, array_shape[i]);
    if (selection.step != 1 && selection.count != 1) return false;
    if (selection.start > begin || selection.start + selection.count < end) return false;
  }
  return true;
}

}  // namespace quarry
