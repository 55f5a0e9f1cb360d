// What a job of reading or writing has to know of a selection, whichever kind it is: a box (box_selection.h)
// or points (point_selection.h).
//
// A selection is made for one array. It numbers the objects that it touches, in C order of their coordinates,
// and gives its part in any of their cells; a cell goes by its position in the object, in C order.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "core/bytes.h"

namespace quarry {

// The part that falls into one cell. `memory` is the place of the selection's first item; of an item that is
// selected twice, the last one is written.
template <typename P>
concept SelectionPart =
    requires(const P& part, const std::byte* from, std::byte* to, std::span<const uint64_t> array_shape) {
      // The bytes of the cell from the first item that is selected to the last.
      { part.CellRange() } -> std::same_as<ByteRange>;
      // Where the cell is selected whole and lies in memory as it is: its place there, as an offset from
      // `memory`.
      { part.WholeCellOffset() } -> std::same_as<std::optional<int64_t>>;
      // Whether it takes all of the cell that lies inside the array.
      { part.CoversCell(array_shape) } -> std::same_as<bool>;
      part.ToMemory(/*cell=*/from, /*memory=*/to);
      part.ToCell(/*memory=*/from, /*cell=*/to);
      part.FillMemory(/*item=*/from, /*memory=*/to);
    };

template <typename S>
concept Selection = requires(const S& selection, size_t object, size_t nth, size_t cell_in_object,
                             std::span<const uint64_t> array_shape) {
  requires SelectionPart<typename S::Part>;
  { selection.object_count() } -> std::same_as<size_t>;
  { selection.coordinates(object) } -> std::convertible_to<std::span<const uint64_t>>;
  // How many cells of the object it touches, at least 1, and which they are, ascending.
  { selection.touched_cells(object) } -> std::same_as<size_t>;
  { selection.TouchedCell(object, nth) } -> std::same_as<size_t>;
  // Nothing for a cell that it does not touch.
  { selection.Find(object, cell_in_object) } -> std::same_as<std::optional<typename S::Part>>;
  // Whether it takes all of the object that lies inside the array.
  { selection.CoversObject(object, array_shape) } -> std::same_as<bool>;
};

}  // namespace quarry
