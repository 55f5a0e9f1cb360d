#include "core/array/point_copy.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace quarry {
namespace {

// Calls `move` with the size of an item: a constant, where there is fast code for it.
template <typename Move>
void WithItemBytes(size_t item_bytes, Move move) {
  switch (item_bytes) {
    case 1:
      return move(std::integral_constant<size_t, 1>());
    case 2:
      return move(std::integral_constant<size_t, 2>());
    case 4:
      return move(std::integral_constant<size_t, 4>());
    case 8:
      return move(std::integral_constant<size_t, 8>());
    default:
      return move(item_bytes);
  }
}

}  // namespace

ByteRange PointCopy::CellRange() const {
  const auto [first, last] = std::ranges::minmax(points_, {}, &Point::item);
  return {first.item * item_bytes_, (last.item + 1) * item_bytes_};
}

void PointCopy::ToMemory(const std::byte* cell, std::byte* memory) const {
  WithItemBytes(item_bytes_, [&](auto bytes) {
    for (const Point& point : points_)
      std::memcpy(memory + point.position * bytes, cell + point.item * bytes, bytes);
  });
}

void PointCopy::ToCell(const std::byte* memory, std::byte* cell) const {
  WithItemBytes(item_bytes_, [&](auto bytes) {
    for (const Point& point : points_)
      std::memcpy(cell + point.item * bytes, memory + point.position * bytes, bytes);
  });
}

void PointCopy::FillMemory(const std::byte* item, std::byte* memory) const {
  WithItemBytes(item_bytes_, [&](auto bytes) {
    for (const Point& point : points_) std::memcpy(memory + point.position * bytes, item, bytes);
  });
}

}  // namespace quarry
