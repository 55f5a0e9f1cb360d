#include "core/array/point_selection.h"

#include <algorithm>
#include <numeric>

#include "core/array/selection.h"

namespace quarry {

static_assert(Selection<PointSelection>);

namespace {

// Replaces values by their ranks, 0 for the smallest; returns how many different ones there are.
uint64_t Rank(std::vector<uint64_t>& values) {
  std::vector<uint64_t> sorted = values;
  std::ranges::sort(sorted);
  const auto repeated = std::ranges::unique(sorted);
  sorted.erase(repeated.begin(), repeated.end());
  for (uint64_t& value : values) {
    value = static_cast<uint64_t>(std::ranges::lower_bound(sorted, value) - sorted.begin());
  }
  return sorted.size();
}

// One number a point, which orders points as a tuple of coordinates does that is given one axis after
// another.
class Ordinals {
 public:
  explicit Ordinals(size_t point_count) : values_(point_count, 0) {}

  // `coordinates`: of each point along the next axis, below `extent`.
  void Append(std::vector<uint64_t> coordinates, uint64_t extent) {
    // In a sparse array of astronomical extents the numbers would wrap. Ranks are below the number of points.
    if (Wraps(extent)) extent_ = Rank(values_);
    if (Wraps(extent)) extent = Rank(coordinates);
    for (size_t i = 0; i < values_.size(); ++i) values_[i] = values_[i] * extent + coordinates[i];
    extent_ *= extent;
  }

  uint64_t operator[](size_t point) const { return values_[point]; }

  // The points by their numbers, those of one number as they were given.
  std::vector<size_t> Order() const {
    std::vector<size_t> order(values_.size());
    std::iota(order.begin(), order.end(), size_t{0});
    if (std::ranges::is_sorted(values_)) return order;
    // Hardly more numbers than points, as where many points fall into a few chunks: they are counted.
    if (extent_ / 4 > values_.size()) {
      std::ranges::stable_sort(order, {}, [&](size_t point) { return values_[point]; });
      return order;
    }
    std::vector<size_t> next(static_cast<size_t>(extent_) + 1, 0);
    for (const uint64_t value : values_) next[value + 1] += 1;
    std::partial_sum(next.begin(), next.end(), next.begin());
    for (size_t point = 0; point < values_.size(); ++point) order[next[values_[point]]++] = point;
    return order;
  }

 private:
  bool Wraps(uint64_t extent) const { return extent > UINT64_MAX / extent_; }

  std::vector<uint64_t> values_;
  uint64_t extent_ = 1;
};

}  // namespace

PointSelection::PointSelection(const LocalArray& array, std::span<const double> coordinates,
                               size_t point_count)
    : dimensions_(array.dimensions()), item_bytes_(array.item_bytes()), points_(point_count) {
  if (point_count == 0) return;
  Ordinals ordinals(point_count);
  std::vector<uint64_t> cells_in_object(point_count, 0);
  for (size_t axis = 0; axis < dimensions_; ++axis) {
    const std::span<const double> along = coordinates.subspan(axis * point_count, point_count);
    const uint64_t cell_extent = array.cell_shape()[axis];
    const uint64_t cells_per_object = array.cells_per_object()[axis];
    std::vector<uint64_t> objects(point_count);
    for (size_t i = 0; i < point_count; ++i) {
      const auto index = static_cast<uint64_t>(along[i]);
      const uint64_t cell = index / cell_extent;
      objects[i] = cell / cells_per_object;
      cells_in_object[i] = cells_in_object[i] * cells_per_object + cell % cells_per_object;
      points_[i].item = points_[i].item * cell_extent + index % cell_extent;
    }
    const uint64_t extent = std::ranges::max(objects) + 1;
    ordinals.Append(std::move(objects), extent);
  }
  ordinals.Append(cells_in_object, array.cells_in_object());

  const std::vector<size_t> order = ordinals.Order();
  std::vector<Point> sorted(point_count);
  std::vector<uint64_t> object(dimensions_);
  for (size_t i = 0; i < point_count; ++i) {
    const size_t point = order[i];
    sorted[i] = {points_[point].item, point};
    if (i > 0 && ordinals[point] == ordinals[order[i - 1]]) {
      cells_.back().point_count += 1;
      continue;
    }
    for (size_t axis = 0; axis < dimensions_; ++axis) {
      const uint64_t extent = array.cell_shape()[axis] * array.cells_per_object()[axis];
      object[axis] = static_cast<uint64_t>(coordinates[axis * point_count + point]) / extent;
    }
    if (objects_.empty() || !std::ranges::equal(object, this->coordinates(objects_.size() - 1))) {
      objects_.push_back({cells_.size(), 0});
      object_coordinates_.insert(object_coordinates_.end(), object.begin(), object.end());
    }
    objects_.back().cell_count += 1;
    cells_.push_back({cells_in_object[point], i, 1});
  }
  points_ = std::move(sorted);
}

std::optional<PointCopy> PointSelection::Find(size_t object, size_t cell_in_object) const {
  const auto begin = cells_.begin() + static_cast<ptrdiff_t>(objects_[object].first_cell);
  const auto end = begin + static_cast<ptrdiff_t>(objects_[object].cell_count);
  const auto found =
      std::ranges::lower_bound(begin, end, cell_in_object, {}, &TouchedCellPoints::cell_in_object);
  if (found == end || found->cell_in_object != cell_in_object) return std::nullopt;
  return PointCopy(std::span(points_).subspan(found->first_point, found->point_count), item_bytes_);
}

}  // namespace quarry
