// Single items of an array, in any order, repeated ones included.
//
// They are sorted by object and cell, so that each cell is met once; within a cell they keep the order in
// which they were given, so that of a repeated one the last is written last. Memory: 24 bytes a point while
// they are sorted, 16 afterwards, and what the touched cells and objects take.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/array/local_array.h"
#include "core/array/point_copy.h"

namespace quarry {

class PointSelection {
 public:
  using Part = PointCopy;

  // `coordinates`: of point i along axis a at [a * point_count + i].
  PointSelection(const LocalArray& array, std::span<const double> coordinates, size_t point_count);

  size_t object_count() const { return objects_.size(); }
  std::span<const uint64_t> coordinates(size_t object) const {
    return std::span(object_coordinates_).subspan(object * dimensions_, dimensions_);
  }
  size_t touched_cells(size_t object) const { return objects_[object].cell_count; }
  size_t TouchedCell(size_t object, size_t nth) const {
    return cells_[objects_[object].first_cell + nth].cell_in_object;
  }
  std::optional<PointCopy> Find(size_t object, size_t cell_in_object) const;
  // Some may name one item twice, so that no number of them covers an object for certain.
  bool CoversObject(size_t, std::span<const uint64_t>) const { return false; }

 private:
  struct TouchedCellPoints {
    size_t cell_in_object;
    size_t first_point;
    size_t point_count;
  };
  struct TouchedObjectCells {
    size_t first_cell;
    size_t cell_count;
  };

  size_t dimensions_;
  size_t item_bytes_;
  std::vector<Point> points_;
  std::vector<TouchedCellPoints> cells_;
  std::vector<TouchedObjectCells> objects_;
  std::vector<uint64_t> object_coordinates_;  // dimensions_ an object
};

}  // namespace quarry
