#include "core/array/write_draft.h"

#include <algorithm>

namespace quarry {

std::optional<std::vector<std::shared_ptr<ObjectWriter>>> WriteDraft::Begin(
    size_t first_cell, size_t end_cell, std::span<const std::vector<uint64_t>> objects) {
  std::lock_guard lock(mutex_);
  if (busy_ || dead_ || first_cell != next_cell_) return std::nullopt;
  if (end_cell <= first_cell || end_cell > array_->cells_in_object()) return std::nullopt;
  if (first_cell == 0) {
    objects_.assign(objects.begin(), objects.end());
    for (const std::vector<uint64_t>& coordinates : objects_) {
      writers_.push_back(std::make_shared<ObjectWriter>(*array_, array_->ObjectPath(coordinates)));
    }
  } else if (!std::ranges::equal(objects, objects_)) {
    return std::nullopt;
  }
  busy_ = true;
  next_cell_ = end_cell;
  return writers_;
}

void WriteDraft::End(bool ok) {
  std::lock_guard lock(mutex_);
  busy_ = false;
  dead_ = dead_ || !ok;
  if (!dead_ && next_cell_ < array_->cells_in_object()) return;
  next_cell_ = 0;
  writers_.clear();
}

void WriteDraft::Discard() {
  std::lock_guard lock(mutex_);
  dead_ = true;
  if (!busy_) writers_.clear();
}

}  // namespace quarry
