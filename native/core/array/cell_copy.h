// Moves the part of a box that falls into one cell between the cell and the caller's memory.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/array/limits.h"
#include "core/array/region.h"
#include "core/array/selection.h"
#include "core/bytes.h"

namespace quarry {

// One cell's part of a region, an entry an axis.
using CellPieces = std::span<const Piece* const>;

class CellCopy {
 public:
  // `memory_strides_bytes`: one an axis, of the caller's memory. All but the list of pieces is borrowed.
  CellCopy(const std::vector<RegionAxis>& axes, CellPieces pieces, std::span<const uint64_t> cell_shape,
           std::span<const int64_t> memory_strides_bytes, size_t item_bytes)
      : axes_(axes),
        cell_shape_(cell_shape),
        memory_strides_bytes_(memory_strides_bytes),
        item_bytes_(item_bytes) {
    std::ranges::copy(pieces, pieces_.begin());
  }

  // A SelectionPart.
  ByteRange CellRange() const;
  std::optional<int64_t> WholeCellOffset() const;
  bool CoversCell(std::span<const uint64_t> array_shape) const;
  void ToMemory(const std::byte* cell, std::byte* memory) const;
  void ToCell(const std::byte* memory, std::byte* cell) const;
  void FillMemory(const std::byte* item, std::byte* memory) const;

 private:
  template <typename CopySlab>
  void ForEachSlab(CopySlab copy_slab) const;

  const std::vector<RegionAxis>& axes_;
  std::array<const Piece*, kDimensionsMax> pieces_;  // one an axis
  std::span<const uint64_t> cell_shape_;
  std::span<const int64_t> memory_strides_bytes_;
  size_t item_bytes_;
};

}  // namespace quarry
