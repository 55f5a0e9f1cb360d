// The index of a shard (Zarr v3 `sharding_indexed`): pure bytes, no I/O.
//
// Decoded, it is an array of uint64 of shape [cells along each axis …, 2] in C order: for each inner chunk
// its offset from the beginning of the shard and its length in bytes; both 2^64-1 where the inner chunk is
// absent. It is encoded by a chain of its own (`bytes` and `crc32c` by default) and stands at the end or the
// beginning of the shard.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/bytes.h"
#include "core/chain/chain.h"
#include "core/codec/workspace.h"

namespace quarry {

struct ShardEntry {
  uint64_t offset_bytes = UINT64_MAX;
  uint64_t encoded_bytes = UINT64_MAX;

  static ShardEntry Missing() { return {}; }
  bool IsMissing() const { return offset_bytes == UINT64_MAX && encoded_bytes == UINT64_MAX; }

  // Whether the entry lies inside [begin, end) of its shard.
  bool LiesWithin(uint64_t begin, uint64_t end) const {
    return offset_bytes >= begin && offset_bytes <= end && encoded_bytes <= end - offset_bytes;
  }
  friend bool operator==(const ShardEntry&, const ShardEntry&) = default;
};
static_assert(sizeof(ShardEntry) == 16);

using ShardIndex = std::vector<ShardEntry>;

ChainOr<ShardIndex> DecodeShardIndex(const Chain& index_chain, ByteView encoded, Workspace& workspace);

// The result is valid until the workspace runs a chain again.
ChainOr<ByteView> EncodeShardIndex(const Chain& index_chain, const ShardIndex& index, Workspace& workspace);

}  // namespace quarry
