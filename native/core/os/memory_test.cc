#include "core/os/memory.h"

#include <gtest/gtest.h>

#include <cstring>

namespace quarry::os {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

#if defined(__linux__)

TEST(BlockPool, HasNoBlocksForSmallMemory) {
  BlockPool pool(256 * kMiB);
  EXPECT_FALSE(pool.Take(0));
  EXPECT_FALSE(pool.Take(kMiB));
  EXPECT_FALSE(pool.Take(SIZE_MAX));
}

TEST(BlockPool, GivesABlockAgain) {
  BlockPool pool(256 * kMiB);
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
  BlockPool pool(256 * kMiB);
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
  BlockPool pool(256 * kMiB);
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

TEST(BlockPool, KeepsTheLatestUpToABound) {
  BlockPool pool(32 * kMiB);
  std::vector<MutableBytes> blocks;
  for (const size_t mebibytes : {12, 12, 12, 40}) {
    const auto block = pool.Take(mebibytes * kMiB);
    ASSERT_TRUE(block);
    blocks.push_back(*block);
  }
  for (size_t i = 0; i < 3; ++i) pool.GiveBack(blocks[i]);
  EXPECT_EQ(pool.idle_bytes(), 24 * kMiB);
  const auto latest = pool.Take(12 * kMiB);
  ASSERT_TRUE(latest);
  EXPECT_EQ(latest->data(), blocks[2].data());
  pool.GiveBack(*latest);
  // One that is too large by itself takes no other's place.
  pool.GiveBack(blocks[3]);
  EXPECT_EQ(pool.idle_bytes(), 24 * kMiB);
}

#endif

}  // namespace
}  // namespace quarry::os
