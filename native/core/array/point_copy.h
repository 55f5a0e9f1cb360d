// Moves points of one cell between the cell and the caller's memory, in which they lie one after another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "core/array/selection.h"

namespace quarry {

struct Point {
  uint64_t item;      // in its cell, C order
  uint64_t position;  // in the selection
};

class PointCopy {
 public:
  // `points`, at least one, ascending by position; borrowed.
  PointCopy(std::span<const Point> points, size_t item_bytes) : points_(points), item_bytes_(item_bytes) {}

  // A SelectionPart. Points may name one item twice, so that no number of them covers a cell for certain.
  ByteRange CellRange() const;
  std::optional<int64_t> WholeCellOffset() const { return std::nullopt; }
  bool CoversCell(std::span<const uint64_t>) const { return false; }
  void ToMemory(const std::byte* cell, std::byte* memory) const;
  void ToCell(const std::byte* memory, std::byte* cell) const;
  void FillMemory(const std::byte* item, std::byte* memory) const;

 private:
  std::span<const Point> points_;
  size_t item_bytes_;
};

}  // namespace quarry
