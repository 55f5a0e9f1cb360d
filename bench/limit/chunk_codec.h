// The chains of bench/chains.mjs with nothing around them: no check of a length, of a checksum or of a return
// value. This is what the machine needs for the bytes themselves. Never a model for code that reads files.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace limit {

using Bytes = std::span<const std::byte>;

// One a thread: it holds contexts and scratch memory.
class ChunkCodec {
 public:
  static constexpr size_t kItemBytes = 4;

  virtual ~ChunkCodec() = default;
  // Encodes into memory of the codec's own, valid until the next call.
  virtual Bytes Encode(Bytes chunk) = 0;
  virtual void Decode(Bytes encoded, std::span<std::byte> chunk) = 0;
  // Decodes at least bytes [begin, end) of the chunk, to their places in `chunk`, which has room for all of
  // it.
  virtual void DecodeRange(Bytes encoded, std::span<std::byte> chunk, size_t begin, size_t end) = 0;
};

// `compressor`: zstd, blosc-zstd, blosc-lz4. With `checksum` a crc32c follows each chunk: written, and not
// looked at.
std::unique_ptr<ChunkCodec> MakeChunkCodec(const std::string& compressor, int level, bool checksum,
                                           size_t chunk_bytes);

}  // namespace limit
