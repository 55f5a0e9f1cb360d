#include "core/chain/chain.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <numeric>

namespace quarry {
namespace {

const ChunkType kChunk = {{DataKind::kInt, 4}, {64, 8}};

std::vector<std::byte> Items() {
  std::vector<int32_t> items(64 * 8);
  std::iota(items.begin(), items.end(), -100);
  std::vector<std::byte> bytes(items.size() * 4);
  std::memcpy(bytes.data(), items.data(), bytes.size());
  return bytes;
}

const CodecSpec kBytes = {"bytes", {{"bigEndian", false}}};
const CodecSpec kBigEndian = {"bytes", {{"bigEndian", true}}};
const CodecSpec kZstd = {"zstd", {{"level", 1.0}, {"checksum", false}}};
const CodecSpec kCrc32c = {"crc32c", {{"atStart", false}}};

std::vector<std::byte> Encoded(const Chain& chain, ByteView chunk, Workspace& workspace) {
  const auto encoded = chain.Encode(chunk, workspace);
  EXPECT_TRUE(encoded);
  return {encoded->begin(), encoded->end()};
}

TEST(Chain, RoundTripsThroughAnyMixOfKinds) {
  const std::vector<std::byte> items = Items();
  Workspace workspace;
  for (const std::vector<CodecSpec>& codecs : std::vector<std::vector<CodecSpec>>{
           {kBytes},
           {kBigEndian},
           {kBytes, kCrc32c},
           {kBytes, kZstd},
           {kBigEndian, kZstd, kCrc32c},
           {kBytes, kCrc32c, kZstd, kCrc32c},
           {kBytes, kZstd, kZstd},
       }) {
    const auto chain = Chain::Make(kChunk, codecs);
    ASSERT_TRUE(chain);
    EXPECT_EQ(chain->chunk_bytes(), items.size());
    const std::vector<std::byte> encoded = Encoded(*chain, items, workspace);
    EXPECT_LE(encoded.size(), chain->encoded_bound());
    if (chain->encoded_bytes()) {
      EXPECT_EQ(encoded.size(), *chain->encoded_bytes());
    }
    std::vector<std::byte> decoded(items.size());
    ASSERT_TRUE(chain->Decode(encoded, decoded, workspace));
    EXPECT_EQ(decoded, items);
  }
}

TEST(Chain, NamesTheCodecThatCannotBeMade) {
  const auto chain = Chain::Make(kChunk, std::vector<CodecSpec>{kBytes, {"brotli", {}}});
  ASSERT_FALSE(chain);
  EXPECT_EQ(chain.error().codec_index, 1u);
}

TEST(Chain, NamesTheCodecThatFailed) {
  const auto chain = Chain::Make(kChunk, std::vector<CodecSpec>{kBytes, kZstd, kCrc32c});
  Workspace workspace;
  std::vector<std::byte> encoded = Encoded(*chain, Items(), workspace);
  encoded.back() ^= std::byte{1};
  std::vector<std::byte> decoded(chain->chunk_bytes());
  const auto checksum = chain->Decode(encoded, decoded, workspace);
  ASSERT_FALSE(checksum);
  EXPECT_EQ(checksum.error().codec_index, 2u);
  EXPECT_EQ(checksum.error().fault.reason, FaultReason::kChecksumMismatch);
  EXPECT_FALSE(checksum.error().encoding);
}

TEST(Chain, RefusesAChunkOfAnotherLength) {
  const auto chain = Chain::Make(kChunk, std::vector<CodecSpec>{kBytes, kZstd});
  const auto shorter = Chain::Make({kChunk.data_type, {63, 8}}, std::vector<CodecSpec>{kBytes, kZstd});
  const auto longer = Chain::Make({kChunk.data_type, {65, 8}}, std::vector<CodecSpec>{kBytes, kZstd});
  Workspace workspace;
  std::vector<std::byte> decoded(chain->chunk_bytes());
  std::vector<std::byte> items = Items();
  const auto short_fault = chain->Decode(
      Encoded(*shorter, ByteView(items).first(shorter->chunk_bytes()), workspace), decoded, workspace);
  ASSERT_FALSE(short_fault);
  EXPECT_EQ(short_fault.error().fault.reason, FaultReason::kLengthMismatch);
  EXPECT_EQ(short_fault.error().fault.expected, chain->chunk_bytes());
  EXPECT_EQ(short_fault.error().fault.actual, shorter->chunk_bytes());
  items.resize(longer->chunk_bytes());
  const auto long_fault = chain->Decode(Encoded(*longer, items, workspace), decoded, workspace);
  ASSERT_FALSE(long_fault);
  EXPECT_EQ(long_fault.error().codec_index, 1u);

  const auto plain = Chain::Make(kChunk, std::vector<CodecSpec>{kBytes});
  const auto plain_fault = plain->Decode(ByteView(items).first(10), decoded, workspace);
  ASSERT_FALSE(plain_fault);
  EXPECT_EQ(plain_fault.error().fault.reason, FaultReason::kLengthMismatch);
}

CodecSpec Blosc(const char* cname, double shuffle, double block_bytes) {
  return {"blosc",
          {{"cname", cname},
           {"clevel", 5.0},
           {"shuffle", shuffle},
           {"typesize", 4.0},
           {"blocksize", block_bytes}}};
}

// 300 KiB: several blocks of zstd, many of Blosc.
const ChunkType kLargeChunk = {{DataKind::kInt, 4}, {1920, 40}};

std::vector<std::byte> WalkingItems() {
  std::vector<int32_t> items(1920 * 40);
  uint32_t state = 1;
  for (size_t i = 0; i < items.size(); ++i) {
    state = state * 1664525 + 1013904223;
    items[i] = static_cast<int32_t>(600000 + i / 7 + (state >> 30));
  }
  std::vector<std::byte> bytes(items.size() * 4);
  std::memcpy(bytes.data(), items.data(), bytes.size());
  return bytes;
}

TEST(Chain, DecodesAnyRangeAsTheWholeChunkHasIt) {
  const std::vector<std::byte> items = WalkingItems();
  Workspace workspace;
  const CodecSpec zstd_checksum = {"zstd", {{"level", 3.0}, {"checksum", true}}};
  for (const std::vector<CodecSpec>& codecs : std::vector<std::vector<CodecSpec>>{
           {kBytes},
           {kBytes, kCrc32c},
           {kBytes, kZstd},
           {kBytes, zstd_checksum, kCrc32c},
           {kBytes, kZstd, kCrc32c},
           {kBigEndian, kZstd, kCrc32c},
           {kBytes, Blosc("lz4", 1.0, 0.0), kCrc32c},
           {kBytes, Blosc("zstd", 2.0, 4096.0)},
           {kBytes, Blosc("zlib", 1.0, 30000.0)},
           {kBytes, Blosc("lz4", 0.0, 10000.0)},
           {kBytes, Blosc("lz4", 1.0, 10001.0)},
           {kBytes, Blosc("lz4hc", 2.0, 65536.0)},
       }) {
    const auto chain = Chain::Make(kLargeChunk, codecs);
    ASSERT_TRUE(chain);
    const std::vector<std::byte> encoded = Encoded(*chain, items, workspace);
    std::vector<std::byte> decoded(items.size());
    uint32_t state = 7;
    for (int round = 0; round < 100; ++round) {
      const auto random = [&] { return (state = state * 1664525 + 1013904223) >> 4; };
      const size_t begin = random() % items.size();
      const size_t end = begin + 1 + random() % (items.size() - begin);
      std::ranges::fill(decoded, std::byte{0xaa});
      ASSERT_TRUE(chain->DecodeRange(encoded, decoded, begin, end, workspace));
      ASSERT_TRUE(std::equal(items.begin() + static_cast<ptrdiff_t>(begin),
                             items.begin() + static_cast<ptrdiff_t>(end),
                             decoded.begin() + static_cast<ptrdiff_t>(begin)));
    }
  }
}

TEST(Chain, VerifiesAChecksumWholeEvenForARange) {
  const std::vector<std::byte> items = WalkingItems();
  Workspace workspace;
  std::vector<std::byte> decoded(items.size());
  const CodecSpec zstd_checksum = {"zstd", {{"level", 3.0}, {"checksum", true}}};
  for (const std::vector<CodecSpec>& codecs :
       std::vector<std::vector<CodecSpec>>{{kBytes, kZstd, kCrc32c}, {kBytes, zstd_checksum}}) {
    const auto chain = Chain::Make(kLargeChunk, codecs);
    std::vector<std::byte> encoded = Encoded(*chain, items, workspace);
    // Far behind what the range needs; the last bytes are the checksum's own.
    encoded[encoded.size() - 100] ^= std::byte{4};
    EXPECT_FALSE(chain->DecodeRange(encoded, decoded, 0, 4, workspace));
  }
}

TEST(Chain, RefusesARangeOfAChunkOfAnotherLength) {
  const ChunkType shorter_chunk = {kLargeChunk.data_type, {1919, 40}};
  const std::vector<std::byte> items = WalkingItems();
  Workspace workspace;
  std::vector<std::byte> decoded(items.size());
  for (const CodecSpec& compressor : {kZstd, Blosc("lz4", 1.0, 0.0)}) {
    const auto chain = Chain::Make(kLargeChunk, std::vector<CodecSpec>{kBytes, compressor});
    const auto shorter = Chain::Make(shorter_chunk, std::vector<CodecSpec>{kBytes, compressor});
    const std::vector<std::byte> encoded =
        Encoded(*shorter, ByteView(items).first(shorter->chunk_bytes()), workspace);
    const auto fault = chain->DecodeRange(encoded, decoded, 0, 4, workspace);
    ASSERT_FALSE(fault);
    EXPECT_EQ(fault.error().fault.reason, FaultReason::kLengthMismatch);
    EXPECT_EQ(fault.error().fault.actual, shorter->chunk_bytes());
  }
}

TEST(Chain, ARangeOfTruncatedBytesIsAFaultOrRight) {
  const std::vector<std::byte> items = WalkingItems();
  Workspace workspace;
  std::vector<std::byte> decoded(items.size());
  for (const CodecSpec& compressor : {kZstd, Blosc("lz4", 1.0, 0.0), Blosc("zstd", 2.0, 4096.0)}) {
    const auto chain = Chain::Make(kLargeChunk, std::vector<CodecSpec>{kBytes, compressor});
    const std::vector<std::byte> encoded = Encoded(*chain, items, workspace);
    for (size_t length = 0; length < encoded.size(); length += 1 + length / 50) {
      // A copy of exactly this size, so that a sanitizer sees a read behind it.
      const std::vector<std::byte> truncated(encoded.begin(),
                                             encoded.begin() + static_cast<ptrdiff_t>(length));
      if (chain->DecodeRange(truncated, decoded, 100, 5000, workspace)) {
        EXPECT_TRUE(std::equal(items.begin() + 100, items.begin() + 5000, decoded.begin() + 100));
      }
    }
  }
}

}  // namespace
}  // namespace quarry
