#include <algorithm>
#include <string>
#include <vector>

#include "core/shard/shard_index.h"
#include "fuzz/checks.h"
#include "fuzz/fuzz_case.h"

namespace quarry::fuzz {

namespace {

// What DecodeShardIndex asks of its chain, and metadata guarantees.
bool IsIndex(const ChunkType& chunk) {
  return chunk.data_type == DataType{DataKind::kUint, 8} && !chunk.shape.empty() && chunk.shape.back() == 2;
}

}  // namespace

std::string CheckShardIndex(ByteView input) {
  const auto parsed = ParseFuzzCase(input);
  if (!parsed || !IsIndex(parsed->chunk) || parsed->body.size() < sizeof(uint64_t)) return {};
  const auto chain = Chain::Make(parsed->chunk, parsed->codecs);
  if (!chain) return {};
  static thread_local Workspace workspace;

  const auto shard_bytes = LoadLittleEndian<uint64_t>(parsed->body.data());
  const ByteView body = parsed->body.subspan(sizeof(uint64_t));
  const std::vector<std::byte> encoded(body.begin(), body.end());
  const auto index = DecodeShardIndex(*chain, encoded, workspace);
  if (!index) return {};
  if (index->size() * sizeof(ShardEntry) != parsed->chunk_bytes)
    return "an index has another number of entries";

  for (const ShardEntry& entry : *index) {
    if (!entry.LiesWithin(0, shard_bytes)) continue;
    if (entry.offset_bytes > shard_bytes || entry.encoded_bytes > shard_bytes - entry.offset_bytes) {
      return "an entry lies within the shard, and does not";
    }
    if (entry.IsMissing() && shard_bytes != UINT64_MAX) return "a missing entry lies within the shard";
  }
  if (!chain->encoded_bytes()) return {};  // a compressor may have had other ideas
  const auto again = EncodeShardIndex(*chain, *index, workspace);
  if (!again) return "an index does not encode";
  if (!std::ranges::equal(*again, encoded)) return "an index encodes to other bytes than it came from";
  return {};
}

}  // namespace quarry::fuzz
