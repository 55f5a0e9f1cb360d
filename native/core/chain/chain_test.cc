#include "core/chain/chain.h"

#include <gtest/gtest.h>

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
const CodecSpec kCrc32c = {"crc32c", {}};

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
  const auto short_fault =
      chain->Decode(Encoded(*shorter, ByteView(items).first(shorter->chunk_bytes()), workspace), decoded, workspace);
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

}  // namespace
}  // namespace quarry
