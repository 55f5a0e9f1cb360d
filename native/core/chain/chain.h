// A codec chain, resolved once against a data type and a chunk shape and then run any number of times, from
// any number of threads.
//
// Sizes. Walking the chain forwards, the size of each codec's input is exact until the first compressor and
// bounded after it. A decoder is given room for exactly that much and no more, so what is allocated depends
// on the array's metadata, never on what the encoded bytes claim.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/bytes.h"
#include "core/codec/codec.h"
#include "core/codec/registry.h"
#include "core/codec/workspace.h"
#include "core/error.h"

namespace quarry {

struct ChainFault {
  Fault fault;
  // Position of the codec in the chain as it was specified; kNoCodec where the chain as a whole is at fault.
  uint32_t codec_index;
  bool encoding;
};
inline constexpr uint32_t kNoCodec = UINT32_MAX;

template <typename T>
using ChainOr = std::expected<T, ChainFault>;

// The index of the codec that cannot be made (unknown id, parameters out of range).
struct ChainSpecFault {
  size_t codec_index;
};

class Chain {
 public:
  static std::expected<Chain, ChainSpecFault> Make(const ChunkType& chunk, std::span<const CodecSpec> codecs);

  // What a decoded chunk is, and its bytes.
  const ChunkType& chunk() const { return chunk_; }
  size_t chunk_bytes() const { return chunk_bytes_; }
  // Capacity that holds any encoded chunk of ours.
  size_t encoded_bound() const { return encoded_bound_; }
  // Bytes of every encoded chunk, where that does not depend on the content.
  std::optional<size_t> encoded_bytes() const { return encoded_bytes_; }
  // More bytes than any sane writer's encoded chunk has; what a shard index may not exceed.
  size_t encoded_bytes_max() const;

  // Encodes `chunk` (chunk_bytes() bytes). The result lies in `chunk` itself or in the workspace's chain
  // scratch, valid until the workspace runs a chain again.
  ChainOr<ByteView> Encode(ByteView chunk, Workspace& workspace) const;

  // Decodes into `chunk`, which has chunk_bytes() bytes; anything but exactly that many is kLengthMismatch.
  ChainOr<void> Decode(ByteView encoded, MutableBytes chunk, Workspace& workspace) const;

  // Decodes at least bytes [begin, end) of the chunk to their places in `chunk`, which has chunk_bytes()
  // bytes and of which the rest is undefined afterwards. Costs less than Decode() where the chain is a
  // compressor that can decode parts (and checksums, which are verified whole); otherwise it is Decode().
  // Returns the range that has been decoded, which is that one at least.
  ChainOr<ByteRange> DecodeRange(ByteView encoded, MutableBytes chunk, size_t begin, size_t end,
                                 Workspace& workspace) const;

 private:
  struct Step {
    std::unique_ptr<const Codec> codec;
    uint32_t index;         // in the specification
    size_t decoded_limit;   // room for the decoder's output
    bool decoded_is_exact;  // whether the output must fill that room
    size_t encoded_bound;
  };

  ChunkType chunk_;
  size_t chunk_bytes_ = 0;
  size_t encoded_bound_ = 0;
  std::optional<size_t> encoded_bytes_;
  std::vector<Step> steps_;  // in encoding order
};

}  // namespace quarry
