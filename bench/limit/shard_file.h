// A shard of bench/measured-array.mjs: chunks in any order, then 64 pairs of offset and length, then their
// crc32c.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "chunk_codec.h"

namespace limit {

constexpr size_t kColumns = 40;
constexpr size_t kRowBytes = kColumns * ChunkCodec::kItemBytes;
constexpr size_t kChunkRows = 4096;
constexpr size_t kChunkBytes = kChunkRows * kRowBytes;
constexpr size_t kChunksInShard = 64;

std::string ShardPath(const std::string& store, size_t shard);

class ShardFile {
 public:
  struct Entry {
    uint64_t offset = UINT64_MAX;
    uint64_t bytes = UINT64_MAX;
  };
  using Index = std::array<Entry, kChunksInShard>;

  static std::unique_ptr<ShardFile> Open(const std::string& path);
  static std::unique_ptr<ShardFile> Create(const std::string& path);
  ShardFile(const ShardFile&) = delete;
  ~ShardFile();

  // Reads the encoded bytes of a chunk into `room`.
  Bytes Read(size_t chunk, std::span<std::byte> room) const;
  // Writes an encoded chunk at `offset`; any number of threads may, for different chunks.
  void Write(size_t chunk, Bytes encoded, uint64_t offset);
  void WriteIndex(uint64_t offset) const;

 private:
  explicit ShardFile(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
  Index index_;
};

}  // namespace limit
