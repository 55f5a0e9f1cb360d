#include "core/os/memory.h"

#include <gtest/gtest.h>

#include <cstring>

namespace quarry::os {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

#if defined(__linux__)

TEST(BlockPool, HasNoBlocksForSmallMemory) {
  BlockPool pool;
  EXPECT_FALSE(pool.Take(0));
  EXPECT_FALSE(pool.Take(kMiB));
  EXPECT_FALSE(pool.Take(SIZE_MAX));
}

TEST(BlockPool, GivesABlockAgain) {
  BlockPool pool;
  const auto block = pool.Take(9 * kMiB + 1);
  ASSERT_TRUE(block);
  ASSERT_GE(block->size(), 9 * kMiB + 1);
  std::memset(block->data(), 0xee, block->size());
  pool.GiveBack(*block);
  const auto again = pool.Take(9 * kMiB);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->data(), block->data());
  pool.GiveBack(*again);
}

TEST(BlockPool, GivesNoBlockTwice) {
  BlockPool pool;
  const auto one = pool.Take(8 * kMiB);
  const auto two = pool.Take(8 * kMiB);
  ASSERT_TRUE(one && two);
  EXPECT_NE(one->data(), two->data());
  pool.GiveBack(*one);
  pool.GiveBack(*two);
  const auto three = pool.Take(8 * kMiB);
  const auto four = pool.Take(8 * kMiB);
  ASSERT_TRUE(three && four);
  EXPECT_NE(three->data(), four->data());
  pool.GiveBack(*three);
  pool.GiveBack(*four);
}

TEST(BlockPool, WastesNoLargeBlockOnASmallRequest) {
  BlockPool pool;
  const auto large = pool.Take(64 * kMiB);
  ASSERT_TRUE(large);
  pool.GiveBack(*large);
  const auto small = pool.Take(8 * kMiB);
  ASSERT_TRUE(small);
  EXPECT_NE(small->data(), large->data());
  EXPECT_EQ(small->size(), 8 * kMiB);
  const auto nearly = pool.Take(60 * kMiB);
  ASSERT_TRUE(nearly);
  EXPECT_EQ(nearly->data(), large->data());
  pool.GiveBack(*small);
  pool.GiveBack(*nearly);
}

TEST(BlockPool, KeepsABoundedAmount) {
  BlockPool pool;
  std::vector<MutableBytes> blocks;
  for (int i = 0; i < 5; ++i) {
    const auto block = pool.Take(100 * kMiB);
    ASSERT_TRUE(block);
    blocks.push_back(*block);
  }
  for (const MutableBytes block : blocks) pool.GiveBack(block);
  EXPECT_LE(pool.idle_bytes(), 256 * kMiB);
  EXPECT_GE(pool.idle_bytes(), 200 * kMiB);
}

#endif

}  // namespace
}  // namespace quarry::os
