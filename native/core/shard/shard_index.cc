#include "core/shard/shard_index.h"

namespace quarry {

ChainOr<ShardIndex> DecodeShardIndex(const Chain& index_chain, ByteView encoded, Workspace& workspace) {
  ShardIndex index(index_chain.chunk_bytes() / sizeof(ShardEntry));
  if (auto decoded = index_chain.Decode(encoded, std::as_writable_bytes(std::span(index)), workspace);
      !decoded) {
    return std::unexpected(decoded.error());
  }
  return index;
}

ChainOr<ByteView> EncodeShardIndex(const Chain& index_chain, const ShardIndex& index, Workspace& workspace) {
  return index_chain.Encode(std::as_bytes(std::span(index)), workspace);
}

}  // namespace quarry
