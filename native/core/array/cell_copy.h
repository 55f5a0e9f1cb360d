// Moves the part of a selection that falls into one cell between the cell and the caller's memory.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/array/region.h"
#include "core/bytes.h"

namespace quarry {

// One cell's part of a region, an entry an axis.
using CellPieces = std::span<const Piece* const>;

class CellCopy {
 public:
  // `memory_strides_bytes`: one an axis, of the caller's memory. All are borrowed.
  CellCopy(const std::vector<RegionAxis>& axes, CellPieces pieces, std::span<const uint64_t> cell_shape,
           std::span<const int64_t> memory_strides_bytes, size_t item_bytes)
      : axes_(axes),
        pieces_(pieces),
        cell_shape_(cell_shape),
        memory_strides_bytes_(memory_strides_bytes),
        item_bytes_(item_bytes) {}

  // The bytes of the cell from the first item that is selected to the last.
  struct Range {
    size_t begin;
    size_t end;
  };
  Range CellRange() const;

  // Where the cell is selected whole and lies in memory as it is: its place there, as an offset from the
  // place of the selection's first item. Nothing otherwise.
  std::optional<int64_t> WholeCellOffset() const;

  // `memory`: the place of the selection's first item.
  void ToMemory(const std::byte* cell, std::byte* memory) const;
  void ToCell(const std::byte* memory, std::byte* cell) const;
  // Puts one item everywhere instead.
  void FillMemory(const std::byte* item, std::byte* memory) const;

 private:
  template <typename CopySlab>
  void ForEachSlab(CopySlab copy_slab) const;

  const std::vector<RegionAxis>& axes_;
  CellPieces pieces_;
  std::span<const uint64_t> cell_shape_;
  std::span<const int64_t> memory_strides_bytes_;
  size_t item_bytes_;
};

}  // namespace quarry
