#include "core/array/cell_copy.h"

#include <algorithm>
#include <array>

#include "core/array/strided_copy.h"

namespace quarry {

ByteRange CellCopy::CellRange() const {
  std::array<int64_t, kDimensionsMax> stride_room;
  const std::span<int64_t> strides(stride_room.data(), axes_.size());
  ContiguousStrides(cell_shape_, item_bytes_, strides);
  ByteRange range{0, item_bytes_};
  for (size_t i = 0; i < axes_.size(); ++i) {
    const RegionAxis& axis = axes_[i];
    const Piece& piece = *pieces_[i];
    const uint64_t last = piece.first + piece.count - 1;
    const uint64_t first_index = axis.is_list() ? axis.entries()[piece.first].index : piece.first;
    const uint64_t last_index =
        axis.is_list() ? axis.entries()[last].index : piece.first + (piece.count - 1) * axis.step();
    range.begin += first_index * static_cast<size_t>(strides[i]);
    range.end += last_index * static_cast<size_t>(strides[i]);
  }
  return range;
}

std::optional<int64_t> CellCopy::WholeCellOffset() const {
  int64_t offset = 0;
  auto contiguous = static_cast<int64_t>(item_bytes_);
  for (size_t i = axes_.size(); i-- > 0;) {
    const Piece& piece = *pieces_[i];
    if (axes_[i].is_list() || piece.count != cell_shape_[i]) return std::nullopt;
    if (piece.count != 1 && memory_strides_bytes_[i] != contiguous) return std::nullopt;
    offset += static_cast<int64_t>(piece.out_first) * memory_strides_bytes_[i];
    contiguous *= static_cast<int64_t>(cell_shape_[i]);
  }
  return offset;
}

bool CellCopy::CoversCell(std::span<const uint64_t> array_shape) const {
  for (size_t i = 0; i < axes_.size(); ++i) {
    if (axes_[i].is_list()) return false;  // of which some may be repeated
    const uint64_t begin = pieces_[i]->cell * cell_shape_[i];
    const uint64_t inside = std::min(cell_shape_[i], array_shape[i] - begin);
    if (pieces_[i]->count != inside || pieces_[i]->first != 0) return false;
  }
  return true;
}

// A slab is what remains when every list is fixed at one of its entries: a box that strides describe. Calls
// copy_slab(cell offset, cell strides, memory offset, counts) for each.
template <typename CopySlab>
void CellCopy::ForEachSlab(CopySlab copy_slab) const {
  const size_t dimensions = axes_.size();
  std::array<int64_t, kDimensionsMax> stride_room;
  std::array<uint64_t, kDimensionsMax> count_room;
  const std::span<int64_t> strides(stride_room.data(), dimensions);
  const std::span<uint64_t> counts(count_room.data(), dimensions);
  ContiguousStrides(cell_shape_, item_bytes_, strides);

  std::array<int64_t, kDimensionsMax> list_strides;
  int64_t cell_offset = 0;
  int64_t memory_offset = 0;
  bool has_list = false;
  for (size_t i = 0; i < dimensions; ++i) {
    const Piece& piece = *pieces_[i];
    list_strides[i] = strides[i];
    if (axes_[i].is_list()) {
      has_list = true;
      counts[i] = 1;
      continue;
    }
    counts[i] = piece.count;
    cell_offset += static_cast<int64_t>(piece.first) * strides[i];
    memory_offset += static_cast<int64_t>(piece.out_first) * memory_strides_bytes_[i];
    strides[i] *= static_cast<int64_t>(axes_[i].step());
  }
  if (!has_list) {
    copy_slab(cell_offset, strides, memory_offset, counts);
    return;
  }

  std::array<uint64_t, kDimensionsMax> at{};  // of the lists only
  for (;;) {
    int64_t cell_at = cell_offset;
    int64_t memory_at = memory_offset;
    for (size_t i = 0; i < dimensions; ++i) {
      if (!axes_[i].is_list()) continue;
      const ListEntry& entry = axes_[i].entries()[pieces_[i]->first + at[i]];
      cell_at += static_cast<int64_t>(entry.index) * list_strides[i];
      memory_at += static_cast<int64_t>(entry.out_position) * memory_strides_bytes_[i];
    }
    copy_slab(cell_at, strides, memory_at, counts);
    size_t axis = dimensions;
    for (;;) {
      if (axis == 0) return;
      --axis;
      if (!axes_[axis].is_list()) continue;
      if (++at[axis] < pieces_[axis]->count) break;
      at[axis] = 0;
    }
  }
}

void CellCopy::ToMemory(const std::byte* cell, std::byte* memory) const {
  ForEachSlab([&](int64_t cell_offset, std::span<const int64_t> cell_strides, int64_t memory_offset,
                  std::span<const uint64_t> counts) {
    CopyBox(memory + memory_offset, memory_strides_bytes_, cell + cell_offset, cell_strides, counts,
            item_bytes_);
  });
}

void CellCopy::ToCell(const std::byte* memory, std::byte* cell) const {
  ForEachSlab([&](int64_t cell_offset, std::span<const int64_t> cell_strides, int64_t memory_offset,
                  std::span<const uint64_t> counts) {
    CopyBox(cell + cell_offset, cell_strides, memory + memory_offset, memory_strides_bytes_, counts,
            item_bytes_);
  });
}

void CellCopy::FillMemory(const std::byte* item, std::byte* memory) const {
  ForEachSlab(
      [&](int64_t, std::span<const int64_t>, int64_t memory_offset, std::span<const uint64_t> counts) {
        FillBox(memory + memory_offset, memory_strides_bytes_, item, counts, item_bytes_);
      });
}

}  // namespace quarry
