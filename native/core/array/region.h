// A selection of an array, cut along the array's grid.
//
// Words: a *cell* is the unit that the codec chain encodes (the chunk; the inner chunk where the array is
// sharded); an *object* is what the store holds under one key (the chunk, or the shard: a box of cells).
//
// Each axis is cut by itself: a Piece is the part of the selection that falls into one cell of that axis. A
// box of the selection inside one N-dimensional cell is then one piece an axis, and no list of boxes is ever
// made: a selection costs memory in proportion to the cells along its axes, not to their product.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace quarry {

// Which indices of one axis are selected: start, start + step, … (count of them, step ≥ 1); or, where
// `indices` is not empty, those, in their order, repeated ones included, and count is their number.
struct AxisSelection {
  uint64_t start;
  uint64_t step;
  uint64_t count;
  std::vector<uint64_t> indices = {};

  bool is_list() const { return !indices.empty(); }
};

// The part of an axis selection that falls into one cell. Of a list it is `count` entries from
// RegionAxis::entries(), beginning with number `first`; otherwise `count` items, `step` apart, of which the
// first has index `first` in the cell and position `out_first` in the selection.
struct Piece {
  uint64_t cell;  // coordinate on this axis of the array's grid of cells
  uint64_t first;
  uint64_t count;
  uint64_t out_first;
};

// One item of a list.
struct ListEntry {
  uint64_t index;         // inside the cell
  uint64_t out_position;  // in the selection
};

// The pieces that fall into one object.
struct ObjectRun {
  uint64_t object;  // coordinate on this axis of the grid of objects
  size_t first_piece;
  size_t piece_count;
};

class RegionAxis {
 public:
  RegionAxis(const AxisSelection& selection, uint64_t cell_extent, uint64_t cells_per_object);

  uint64_t step() const { return step_; }
  bool is_list() const { return !entries_.empty(); }
  // Of a list: in the order of their cells and, within a cell, of their indices, so that each cell is met
  // once.
  const std::vector<ListEntry>& entries() const { return entries_; }
  const std::vector<Piece>& pieces() const { return pieces_; }
  const std::vector<ObjectRun>& objects() const { return objects_; }
  // The piece of `run` that falls into `cell`; null if the selection passes over it.
  const Piece* Find(const ObjectRun& run, uint64_t cell) const;

 private:
  void CutList(const AxisSelection& selection, uint64_t cell_extent, uint64_t cells_per_object);
  void Add(const Piece& piece, uint64_t cells_per_object);

  uint64_t step_;
  std::vector<ListEntry> entries_;
  std::vector<Piece> pieces_;
  std::vector<ObjectRun> objects_;
};

}  // namespace quarry
