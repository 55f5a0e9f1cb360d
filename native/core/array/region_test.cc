#include "core/array/region.h"

#include <gtest/gtest.h>

#include <random>

namespace quarry {
namespace {

TEST(RegionAxis, CutsASelectionAlongTheGrid) {
  // Cells of 4 items, 2 a file: indices 2, 5, 8, 11, 14, 17.
  const RegionAxis axis({2, 3, 6}, 4, 2);
  ASSERT_EQ(axis.pieces().size(), 5u);
  const auto expect_piece = [&](size_t at, Piece expected) {
    const Piece& piece = axis.pieces()[at];
    EXPECT_EQ(piece.cell, expected.cell);
    EXPECT_EQ(piece.first, expected.first);
    EXPECT_EQ(piece.count, expected.count);
    EXPECT_EQ(piece.out_first, expected.out_first);
  };
  expect_piece(0, {0, 2, 1, 0});
  expect_piece(1, {1, 1, 1, 1});
  expect_piece(2, {2, 0, 2, 2});
  expect_piece(3, {3, 2, 1, 4});
  expect_piece(4, {4, 1, 1, 5});
  ASSERT_EQ(axis.objects().size(), 3u);
  EXPECT_EQ(axis.objects()[1].object, 1u);
  EXPECT_EQ(axis.objects()[1].first_piece, 2u);
  EXPECT_EQ(axis.objects()[1].piece_count, 2u);
}

TEST(RegionAxis, PiecesOfAnySelectionAddUpToIt) {
  std::mt19937 random(20261121);
  for (int round = 0; round < 2000; ++round) {
    const uint64_t start = random() % 50;
    const uint64_t step = 1 + random() % 12;
    const uint64_t count = random() % 40;
    const uint64_t extent = 1 + random() % 9;
    const uint64_t per_object = 1 + random() % 4;
    const RegionAxis axis({start, step, count}, extent, per_object);
    uint64_t taken = 0;
    for (const ObjectRun& run : axis.objects()) {
      for (size_t i = 0; i < run.piece_count; ++i) {
        const Piece& piece = axis.pieces()[run.first_piece + i];
        ASSERT_EQ(piece.cell / per_object, run.object);
        ASSERT_EQ(axis.Find(run, piece.cell), &piece);
        ASSERT_EQ(piece.out_first, taken);
        for (uint64_t k = 0; k < piece.count; ++k, ++taken) {
          ASSERT_LT(piece.first + k * step, extent);
          ASSERT_EQ(piece.cell * extent + piece.first + k * step, start + taken * step);
        }
      }
    }
    ASSERT_EQ(taken, count);
  }
}

TEST(RegionAxis, FindsNothingInACellThatIsPassedOver) {
  const RegionAxis axis({0, 9, 3}, 4, 8);  // 0, 9, 18: cells 0, 2, 4
  ASSERT_EQ(axis.objects().size(), 1u);
  EXPECT_EQ(axis.Find(axis.objects()[0], 1), nullptr);
  EXPECT_NE(axis.Find(axis.objects()[0], 2), nullptr);
}

}  // namespace
}  // namespace quarry
