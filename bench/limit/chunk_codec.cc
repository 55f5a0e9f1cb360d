#include "chunk_codec.h"

#define ZSTD_STATIC_LINKING_ONLY
#include <lz4.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "core/bytes.h"
#include "core/codec/blosc_blocks.h"
#include "core/codec/blosc_frame.h"
#include "core/codec/crc32c.h"
#include "core/codec/lz4_block.h"
#include "core/codec/shuffle_kernels.h"

namespace limit {
namespace {

using quarry::BloscCompressor;
using quarry::LoadLittleEndian;
using quarry::StoreLittleEndian;

struct Contexts {
  ZSTD_CCtx* compression = ZSTD_createCCtx();
  ZSTD_DCtx* decompression = ZSTD_createDCtx();

  Contexts() = default;
  Contexts(const Contexts&) = delete;
  ~Contexts() {
    ZSTD_freeCCtx(compression);
    ZSTD_freeDCtx(decompression);
  }
};

class ZstdChunks final : public ChunkCodec {
 public:
  ZstdChunks(int level, size_t chunk_bytes) : level_(level), encoded_(ZSTD_compressBound(chunk_bytes)) {}

  Bytes Encode(Bytes chunk) override {
    const size_t bytes = ZSTD_compressCCtx(contexts_.compression, encoded_.data(), encoded_.size(),
                                           chunk.data(), chunk.size(), level_);
    return Bytes(encoded_).first(bytes);
  }

  void Decode(Bytes encoded, std::span<std::byte> chunk) override {
    ZSTD_decompressDCtx(contexts_.decompression, chunk.data(), chunk.size(), encoded.data(), encoded.size());
  }

  // Block by block, straight into place, until the last wanted byte is out.
  void DecodeRange(Bytes encoded, std::span<std::byte> chunk, size_t, size_t end) override {
    ZSTD_DCtx* const context = contexts_.decompression;
    ZSTD_decompressBegin(context);
    for (size_t at = 0, done = 0; done < end;) {
      const size_t bytes = ZSTD_nextSrcSizeToDecompress(context);
      done += ZSTD_decompressContinue(context, chunk.data() + done, chunk.size() - done, encoded.data() + at,
                                      bytes);
      at += bytes;
    }
  }

 private:
  int level_;
  Contexts contexts_;
  std::vector<std::byte> encoded_;
};

class BloscChunks final : public ChunkCodec {
 public:
  BloscChunks(BloscCompressor compressor, int level, bool checksum, size_t chunk_bytes)
      : compressor_(compressor),
        level_(level),
        checksum_(checksum),
        block_bytes_(quarry::BloscBlockBytes(compressor, level, kItemBytes, chunk_bytes, 0)),
        encoded_(2 * chunk_bytes + 1024),
        shuffled_(chunk_bytes),
        parts_(chunk_bytes) {}

  Bytes Encode(Bytes chunk) override {
    const quarry::BloscHeader header{
        .format =
            compressor_ == BloscCompressor::kZstd ? quarry::BloscFormat::kZstd : quarry::BloscFormat::kLz4,
        .filter = quarry::BloscFilter::kShuffle,
        .is_copy = false,
        .is_split = quarry::BloscSplits(compressor_, kItemBytes, block_bytes_),
        .item_bytes = kItemBytes,
        .decoded_bytes = chunk.size(),
        .block_bytes = block_bytes_,
    };
    size_t at = header.BodyStart();
    for (size_t block = 0; block < header.BlockCount(); ++block) {
      StoreLittleEndian(encoded_.data() + quarry::BloscHeader::kBytes + 4 * block, static_cast<uint32_t>(at));
      const size_t bytes = header.BlockBytes(block);
      quarry::Shuffle(chunk.data() + block * block_bytes_, shuffled_.data(), bytes / kItemBytes, kItemBytes);
      const size_t stream_count = header.StreamCount(block);
      for (size_t stream = 0; stream < stream_count; ++stream) {
        const size_t stream_bytes = bytes / stream_count;
        const size_t written =
            Compress(Bytes(shuffled_).subspan(stream * stream_bytes, stream_bytes), encoded_.data() + at + 4);
        StoreLittleEndian(encoded_.data() + at, static_cast<uint32_t>(written));
        at += 4 + written;
      }
    }
    header.Write(encoded_.data(), at);
    if (checksum_) {
      StoreLittleEndian(encoded_.data() + at, quarry::Crc32c(Bytes(encoded_).first(at)));
      at += 4;
    }
    return Bytes(encoded_).first(at);
  }

  void Decode(Bytes encoded, std::span<std::byte> chunk) override {
    DecodeRange(encoded, chunk, 0, chunk.size());
  }

  // Of the blocks that hold the range, no more than it: LZ4's streams up to the range's end in each plane of
  // bytes, zstd's whole, since they hold the last byte of all items at their end.
  void DecodeRange(Bytes encoded, std::span<std::byte> chunk, size_t begin, size_t end) override {
    const size_t block_bytes = LoadLittleEndian<uint32_t>(encoded.data() + 8);
    const bool may_split = (std::to_integer<unsigned>(encoded[2]) & 0x10) == 0;
    for (size_t block = begin / block_bytes; block * block_bytes < end; ++block) {
      const size_t start = block * block_bytes;
      const size_t bytes = std::min(block_bytes, chunk.size() - start);
      const size_t first_item = (std::max(begin, start) - start) / kItemBytes;
      const size_t end_item = (std::min(end - start, bytes) + kItemBytes - 1) / kItemBytes;
      const size_t plane_bytes = bytes / kItemBytes;
      const size_t stream_count = may_split && bytes == block_bytes ? kItemBytes : 1;
      const size_t stream_bytes = bytes / stream_count;
      const size_t wanted_bytes = stream_bytes - plane_bytes + end_item;
      size_t at = LoadLittleEndian<uint32_t>(encoded.data() + quarry::BloscHeader::kBytes + 4 * block);
      for (size_t stream = 0; stream < stream_count; ++stream) {
        const size_t encoded_bytes = LoadLittleEndian<uint32_t>(encoded.data() + at);
        Decompress(encoded.subspan(at + 4, encoded_bytes),
                   {shuffled_.data() + stream * stream_bytes, stream_bytes}, wanted_bytes);
        at += 4 + encoded_bytes;
      }
      std::byte* const target = chunk.data() + start + first_item * kItemBytes;
      if (first_item == 0 && end_item == plane_bytes) {
        quarry::Unshuffle(shuffled_.data(), target, plane_bytes, kItemBytes);
        continue;
      }
      const size_t items = end_item - first_item;
      for (size_t plane = 0; plane < kItemBytes; ++plane) {
        std::memcpy(parts_.data() + plane * items, shuffled_.data() + plane * plane_bytes + first_item,
                    items);
      }
      quarry::Unshuffle(parts_.data(), target, items, kItemBytes);
    }
  }

 private:
  // A stream that does not become smaller is stored as it is.
  size_t Compress(Bytes stream, std::byte* to) {
    size_t bytes = 0;
    if (compressor_ == BloscCompressor::kZstd) {
      const int zstd_level = level_ < 9 ? 2 * level_ - 1 : ZSTD_maxCLevel();
      bytes = ZSTD_compressCCtx(contexts_.compression, to, stream.size(), stream.data(), stream.size(),
                                zstd_level);
      if (ZSTD_isError(bytes)) bytes = 0;
    } else {
      const int size = static_cast<int>(stream.size());
      const int written = LZ4_compress_fast(reinterpret_cast<const char*>(stream.data()),
                                            reinterpret_cast<char*>(to), size, size, 10 - level_);
      bytes = static_cast<size_t>(std::max(written, 0));
    }
    if (bytes > 0 && bytes < stream.size()) return bytes;
    std::memcpy(to, stream.data(), stream.size());
    return stream.size();
  }

  // At least the first `wanted_bytes` of `to`.
  void Decompress(Bytes stream, std::span<std::byte> to, size_t wanted_bytes) {
    if (stream.size() == to.size()) {
      std::memcpy(to.data(), stream.data(), to.size());
    } else if (compressor_ == BloscCompressor::kZstd) {
      ZSTD_decompressDCtx(contexts_.decompression, to.data(), to.size(), stream.data(), stream.size());
    } else {
      quarry::DecompressLz4Front(stream, to.first(wanted_bytes));
    }
  }

  BloscCompressor compressor_;
  int level_;
  bool checksum_;
  size_t block_bytes_;
  Contexts contexts_;
  std::vector<std::byte> encoded_;
  std::vector<std::byte> shuffled_;
  std::vector<std::byte> parts_;
};

}  // namespace

std::unique_ptr<ChunkCodec> MakeChunkCodec(const std::string& compressor, int level, bool checksum,
                                           size_t chunk_bytes) {
  if (compressor == "zstd") return std::make_unique<ZstdChunks>(level, chunk_bytes);
  const auto inner = compressor == "blosc-zstd" ? BloscCompressor::kZstd : BloscCompressor::kLz4;
  return std::make_unique<BloscChunks>(inner, level, checksum, chunk_bytes);
}

}  // namespace limit
