// What one thread keeps between runs: compression contexts and scratch memory. Never shared between threads.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "core/bytes.h"

namespace quarry {

// Grow-only bytes without the zero-fill of std::vector: scratch is written before it is read.
class Scratch {
 public:
  // At least `bytes` bytes, 64-byte aligned; earlier contents are gone. Null on exhaustion.
  std::byte* Reserve(size_t bytes);
  size_t capacity() const { return capacity_; }
  void Release();

 private:
  struct AlignedDelete {
    void operator()(std::byte* p) const;
  };
  std::unique_ptr<std::byte, AlignedDelete> memory_;
  size_t capacity_ = 0;
};

// Opaque owners of library contexts, made on first use by the codec that needs them (see zstd.cc, gzip.cc).
struct ZstdContexts;
struct ZstdContextsDelete {
  void operator()(ZstdContexts* contexts) const;
};
struct DeflateContexts;
struct DeflateContextsDelete {
  void operator()(DeflateContexts* contexts) const;
};

struct Workspace {
  std::unique_ptr<ZstdContexts, ZstdContextsDelete> zstd;
  std::unique_ptr<DeflateContexts, DeflateContextsDelete> deflate;
  // For a codec's own use within one Encode or Decode call (blosc: shuffled and compressed blocks; lz4hc
  // state).
  Scratch codec_scratch[3];
  // For the chain: the two buffers between which codecs alternate.
  Scratch chain_scratch[2];
  // For the caller of the chain: a gathered or decoded chunk.
  Scratch chunk_scratch[2];
};

}  // namespace quarry
