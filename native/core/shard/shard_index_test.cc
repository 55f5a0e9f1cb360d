#include "core/shard/shard_index.h"

#include <gtest/gtest.h>

#include "core/shard/index_cache.h"

namespace quarry {
namespace {

Chain IndexChain(uint64_t cells, bool big_endian = false) {
  const std::vector<CodecSpec> codecs = {{"bytes", {{"bigEndian", big_endian}}},
                                         {"crc32c", {{"atStart", false}}}};
  return *Chain::Make({{DataKind::kUint, 8}, {cells, 2}}, codecs);
}

TEST(ShardIndex, ComesBackAndHasTheSpecifiedBytes) {
  const ShardIndex index = {{0x1122, 0x10}, ShardEntry::Missing(), {0x1132, 0}};
  Workspace workspace;
  for (const bool big_endian : {false, true}) {
    const Chain chain = IndexChain(3, big_endian);
    ASSERT_EQ(chain.encoded_bytes(), 3 * 16u + 4u);
    const auto encoded = EncodeShardIndex(chain, index, workspace);
    ASSERT_TRUE(encoded);
    const std::vector<std::byte> bytes(encoded->begin(), encoded->end());
    EXPECT_EQ(bytes[big_endian ? 7 : 0], std::byte{0x22});
    EXPECT_EQ(bytes[big_endian ? 6 : 1], std::byte{0x11});
    EXPECT_EQ(bytes[16], std::byte{0xff});
    const auto decoded = DecodeShardIndex(chain, bytes, workspace);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(*decoded, index);
  }
}

TEST(ShardIndex, AnyFlippedBitIsFound) {
  const Chain chain = IndexChain(2);
  Workspace workspace;
  const auto encoded = EncodeShardIndex(chain, {{0, 5}, {5, 9}}, workspace);
  ASSERT_TRUE(encoded);
  std::vector<std::byte> bytes(encoded->begin(), encoded->end());
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    bytes[bit / 8] ^= std::byte(1 << (bit % 8));
    const auto decoded = DecodeShardIndex(chain, bytes, workspace);
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error().fault.reason, FaultReason::kChecksumMismatch);
    bytes[bit / 8] ^= std::byte(1 << (bit % 8));
  }
}

TEST(ShardEntry, LiesWithinWithoutOverflow) {
  EXPECT_TRUE((ShardEntry{10, 5}).LiesWithin(10, 15));
  EXPECT_TRUE((ShardEntry{15, 0}).LiesWithin(10, 15));
  EXPECT_FALSE((ShardEntry{9, 5}).LiesWithin(10, 15));
  EXPECT_FALSE((ShardEntry{10, 6}).LiesWithin(10, 15));
  EXPECT_FALSE((ShardEntry{16, 0}).LiesWithin(10, 15));
  EXPECT_FALSE((ShardEntry{12, UINT64_MAX - 5}).LiesWithin(10, 15));
  EXPECT_FALSE((ShardEntry{UINT64_MAX, 2}).LiesWithin(0, 15));
}

TEST(ShardIndexCache, BelievesAnIndexForItsVersionOfTheFileOnly) {
  ShardIndexCache cache(1 << 20);
  const os::FileIdentity version{.device = 1, .inode = 2, .size_bytes = 3, .modified_ns = 4};
  const auto index = std::make_shared<const ShardIndex>(ShardIndex{{0, 1}});
  cache.Insert("c/0", version, os::FileClockNs(), index);
  EXPECT_EQ(cache.Find("c/0", version), index);
  EXPECT_EQ(cache.Find("c/1", version), nullptr);
  for (auto change : {&os::FileIdentity::inode, &os::FileIdentity::size_bytes, &os::FileIdentity::device}) {
    os::FileIdentity other = version;
    other.*change += 1;
    EXPECT_EQ(cache.Find("c/0", other), nullptr);
  }
}

TEST(ShardIndexCache, KeepsNoIndexOfAFileThatMayChangeWithinTheSameClockTick) {
  ShardIndexCache cache(1 << 20);
  const os::FileIdentity fresh{.modified_ns = os::FileClockNs()};
  cache.Insert("c/0", fresh, os::FileClockNs(), std::make_shared<const ShardIndex>(ShardIndex{{0, 1}}));
  EXPECT_EQ(cache.Find("c/0", fresh), nullptr);
}

TEST(ShardIndexCache, DropsTheLeastRecentlyUsed) {
  ShardIndexCache cache(3 * (16 * 64 + 200));
  const os::FileIdentity version{.modified_ns = 1};
  const auto index = std::make_shared<const ShardIndex>(64);
  for (const char* path : {"a", "b", "c"}) cache.Insert(path, version, os::FileClockNs(), index);
  EXPECT_NE(cache.Find("a", version), nullptr);
  cache.Insert("d", version, os::FileClockNs(), index);
  EXPECT_NE(cache.Find("a", version), nullptr);
  EXPECT_EQ(cache.Find("b", version), nullptr);
}

}  // namespace
}  // namespace quarry
