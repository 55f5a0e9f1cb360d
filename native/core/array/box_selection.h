// A box of an array: each axis selected by itself, by a range or by a list.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/array/cell_copy.h"
#include "core/array/local_array.h"
#include "core/array/objects.h"
#include "core/array/region.h"

namespace quarry {

class BoxSelection {
 public:
  using Part = CellCopy;

  // `axes`: one an axis of the array. `memory_strides_bytes`: likewise, of the caller's memory; 0 repeats.
  BoxSelection(const LocalArray& array, std::vector<AxisSelection> axes,
               std::vector<int64_t> memory_strides_bytes);

  size_t object_count() const { return objects_.size(); }
  std::span<const uint64_t> coordinates(size_t object) const { return objects_[object].coordinates; }
  size_t touched_cells(size_t object) const { return objects_[object].cell_count; }
  size_t TouchedCell(size_t object, size_t nth) const;
  std::optional<CellCopy> Find(size_t object, size_t cell_in_object) const;
  bool CoversObject(size_t object, std::span<const uint64_t> array_shape) const;

 private:
  std::vector<uint64_t> cell_shape_;
  std::vector<uint64_t> cells_per_object_;
  size_t item_bytes_;
  std::vector<AxisSelection> selected_;
  std::vector<RegionAxis> axes_;
  std::vector<int64_t> memory_strides_bytes_;
  std::vector<TouchedObject> objects_;
};

}  // namespace quarry
