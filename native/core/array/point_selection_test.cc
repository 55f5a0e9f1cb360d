#include "core/array/point_selection.h"

#include <gtest/gtest.h>

#include <vector>

#include "test/shared_chain.h"

namespace quarry {
namespace {

std::shared_ptr<const LocalArray> MakeArray(const std::vector<uint64_t>& cell_shape,
                                            const std::vector<uint64_t>& shard_shape) {
  std::vector<uint64_t> cells;
  for (size_t i = 0; i < cell_shape.size(); ++i) cells.push_back(shard_shape[i] / cell_shape[i]);
  LocalArraySpec spec;
  spec.chain = test::SharedChain({{DataKind::kInt, 4}, cell_shape}, {});
  spec.fill_item.resize(4);
  spec.sharding = ShardingSpec{shard_shape, test::SharedIndexChain(cells, {}), false};
  return LocalArray::Make(std::move(spec));
}

std::vector<uint64_t> PositionsIn(const PointSelection& selection, size_t object, size_t cell_in_object) {
  // What memory gets where every item of the cell holds 1: the places of the cell's points.
  const std::vector<int32_t> cell(64, 1);
  std::vector<int32_t> memory(16, 0);
  selection.Find(object, cell_in_object)
      ->ToMemory(reinterpret_cast<const std::byte*>(cell.data()),
                 reinterpret_cast<std::byte*>(memory.data()));
  std::vector<uint64_t> positions;
  for (size_t i = 0; i < memory.size(); ++i) {
    if (memory[i] == 1) positions.push_back(i);
  }
  return positions;
}

TEST(PointSelection, MeetsEachObjectAndCellOnceInCOrder) {
  // Cells of 2 × 3 items, shards of 2 × 2 cells.
  const auto array = MakeArray({2, 3}, {4, 6});
  const std::vector<double> coordinates = {5, 0, 3, 0, 1,   // rows
                                           1, 4, 0, 0, 5};  // columns
  const PointSelection selection(*array, coordinates, 5);
  ASSERT_EQ(selection.object_count(), 2u);
  EXPECT_EQ(selection.coordinates(0)[0], 0u);
  EXPECT_EQ(selection.coordinates(1)[0], 1u);
  ASSERT_EQ(selection.touched_cells(0), 3u);
  EXPECT_EQ(selection.TouchedCell(0, 0), 0u);
  EXPECT_EQ(selection.TouchedCell(0, 1), 1u);
  EXPECT_EQ(selection.TouchedCell(0, 2), 2u);
  EXPECT_EQ(PositionsIn(selection, 0, 0), std::vector<uint64_t>{3});
  EXPECT_EQ(PositionsIn(selection, 0, 1), (std::vector<uint64_t>{1, 4}));
  EXPECT_EQ(PositionsIn(selection, 0, 2), std::vector<uint64_t>{2});
  EXPECT_FALSE(selection.Find(0, 3));
  EXPECT_EQ(PositionsIn(selection, 1, 0), std::vector<uint64_t>{0});
}

TEST(PointSelection, WritesTheLastOfRepeatedPoints) {
  const auto array = MakeArray({4}, {4});
  const std::vector<double> coordinates = {2, 1, 2};
  const PointSelection selection(*array, coordinates, 3);
  const std::vector<int32_t> items = {7, 8, 9};
  std::vector<int32_t> cell(4, 0);
  selection.Find(0, 0)->ToCell(reinterpret_cast<const std::byte*>(items.data()),
                               reinterpret_cast<std::byte*>(cell.data()));
  EXPECT_EQ(cell, (std::vector<int32_t>{0, 8, 9, 0}));
  EXPECT_EQ(selection.Find(0, 0)->CellRange().begin, 4u);
  EXPECT_EQ(selection.Find(0, 0)->CellRange().end, 12u);
}

TEST(PointSelection, KeepsObjectsApartWhoseNumbersWouldWrap) {
  const auto array = MakeArray({1, 1, 1}, {1, 1, 1});
  const double far = 9007199254740991.0;
  const std::vector<double> coordinates = {far, 0, far, 0, far, 0, far, 0, far, 0, 0, 0};
  const PointSelection selection(*array, coordinates, 4);
  ASSERT_EQ(selection.object_count(), 3u);
  EXPECT_EQ(selection.coordinates(0)[0], 0u);
  EXPECT_EQ(selection.coordinates(0)[2], 0u);
  EXPECT_EQ(selection.coordinates(1)[0], 9007199254740991u);
  EXPECT_EQ(selection.coordinates(1)[2], 0u);
  EXPECT_EQ(selection.coordinates(2)[1], 9007199254740991u);
  EXPECT_EQ(PositionsIn(selection, 0, 0), (std::vector<uint64_t>{1, 3}));
  EXPECT_EQ(PositionsIn(selection, 1, 0), std::vector<uint64_t>{2});
  EXPECT_EQ(PositionsIn(selection, 2, 0), std::vector<uint64_t>{0});
}

TEST(PointSelection, OfNoPointsTouchesNothing) {
  const PointSelection selection(*MakeArray({4}, {4}), {}, 0);
  EXPECT_EQ(selection.object_count(), 0u);
}

}  // namespace
}  // namespace quarry
