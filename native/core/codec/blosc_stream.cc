#include "core/codec/blosc_stream.h"

#include <lz4.h>
#include <lz4hc.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "core/codec/blosclz.h"
#include "core/codec/deflate_contexts.h"
#include "core/codec/lz4_block.h"
#include "core/codec/snappy.h"
#include "core/codec/zstd_contexts.h"

namespace quarry {

namespace {

std::unexpected<Fault> Internal() { return std::unexpected(Fault{FaultReason::kInternal}); }
std::unexpected<Fault> Malformed() { return std::unexpected(Fault{FaultReason::kMalformed}); }

// Sizes are below 2^31 here: a frame cannot declare more.
int AsInt(size_t bytes) { return static_cast<int>(bytes); }
unsigned AsUnsigned(size_t bytes) { return static_cast<unsigned>(bytes); }

const char* Chars(ByteView bytes) { return reinterpret_cast<const char*>(bytes.data()); }
char* Chars(MutableBytes bytes) { return reinterpret_cast<char*>(bytes.data()); }

FaultOr<size_t> CompressLz4(int level, ByteView decoded, MutableBytes encoded) {
  const int acceleration = 10 - level;
  return static_cast<size_t>(LZ4_compress_fast(Chars(decoded), Chars(encoded), AsInt(decoded.size()),
                                               AsInt(encoded.size()), acceleration));
}

FaultOr<size_t> CompressLz4hc(int level, ByteView decoded, MutableBytes encoded, Workspace& workspace) {
  std::byte* state = workspace.codec_scratch[2].Reserve(static_cast<size_t>(LZ4_sizeofStateHC()));
  if (state == nullptr) return Internal();
  return static_cast<size_t>(LZ4_compress_HC_extStateHC(state, Chars(decoded), Chars(encoded),
                                                        AsInt(decoded.size()), AsInt(encoded.size()), level));
}

FaultOr<size_t> CompressZlib(int level, ByteView decoded, MutableBytes encoded, Workspace& workspace) {
  z_stream* stream = ReadyDeflate(workspace, DeflateWrapper::kZlib, level);
  if (stream == nullptr) return Internal();
  stream->next_in = reinterpret_cast<const Bytef*>(decoded.data());
  stream->avail_in = AsUnsigned(decoded.size());
  stream->next_out = reinterpret_cast<Bytef*>(encoded.data());
  stream->avail_out = AsUnsigned(encoded.size());
  const int code = deflate(stream, Z_FINISH);
  if (code == Z_STREAM_END) return encoded.size() - stream->avail_out;
  if (code == Z_OK || code == Z_BUF_ERROR) return 0;
  return Internal();
}

FaultOr<size_t> CompressZstd(int level, ByteView decoded, MutableBytes encoded, Workspace& workspace) {
  ZSTD_CCtx* context = ZstdCompression(workspace);
  if (context == nullptr) return Internal();
  // As c-blosc 1.21 has it.
  const int zstd_level = level == 9 ? 22 : 2 * level - 1;
  const size_t written =
      ZSTD_compressCCtx(context, encoded.data(), encoded.size(), decoded.data(), decoded.size(), zstd_level);
  if (!ZSTD_isError(written)) return written;
  if (ZSTD_getErrorCode(written) == ZSTD_error_dstSize_tooSmall) return 0;
  return Internal();
}

bool DecompressZlib(ByteView encoded, MutableBytes decoded, z_stream* stream) {
  stream->next_in = reinterpret_cast<const Bytef*>(encoded.data());
  stream->avail_in = AsUnsigned(encoded.size());
  stream->next_out = reinterpret_cast<Bytef*>(decoded.data());
  stream->avail_out = AsUnsigned(decoded.size());
  return ::inflate(stream, Z_FINISH) == Z_STREAM_END && stream->avail_in == 0 && stream->avail_out == 0;
}

}  // namespace

BloscFormat FormatOf(BloscCompressor compressor) {
  switch (compressor) {
    case BloscCompressor::kZlib:
      return BloscFormat::kZlib;
    case BloscCompressor::kZstd:
      return BloscFormat::kZstd;
    case BloscCompressor::kBlosclz:
      return BloscFormat::kBlosclz;
    case BloscCompressor::kSnappy:
      return BloscFormat::kSnappy;
    default:
      return BloscFormat::kLz4;
  }
}

FaultOr<size_t> CompressBloscStream(BloscCompressor compressor, int level, ByteView decoded,
                                    MutableBytes encoded, Workspace& workspace) {
  switch (compressor) {
    case BloscCompressor::kLz4:
      return CompressLz4(level, decoded, encoded);
    case BloscCompressor::kLz4hc:
      return CompressLz4hc(level, decoded, encoded, workspace);
    case BloscCompressor::kZlib:
      return CompressZlib(level, decoded, encoded, workspace);
    case BloscCompressor::kZstd:
      return CompressZstd(level, decoded, encoded, workspace);
    case BloscCompressor::kBlosclz:
    case BloscCompressor::kSnappy:
      break;
  }
  return Internal();
}

FaultOr<size_t> DecompressBloscStream(BloscFormat format, ByteView encoded, MutableBytes decoded,
                                      Workspace& workspace) {
  switch (format) {
    case BloscFormat::kLz4:
      if (DecompressLz4(encoded, decoded) != decoded.size()) return Malformed();
      return decoded.size();
    case BloscFormat::kZlib: {
      z_stream* stream = ReadyInflate(workspace, DeflateWrapper::kZlib);
      if (stream == nullptr) return Internal();
      if (!DecompressZlib(encoded, decoded, stream)) return Malformed();
      return decoded.size();
    }
    case BloscFormat::kZstd: {
      ZSTD_DCtx* context = ZstdDecompression(workspace);
      if (context == nullptr) return Internal();
      const size_t written =
          ZSTD_decompressDCtx(context, decoded.data(), decoded.size(), encoded.data(), encoded.size());
      if (ZSTD_isError(written) || written != decoded.size()) return Malformed();
      return decoded.size();
    }
    case BloscFormat::kBlosclz:
      if (!DecompressBlosclz(encoded, decoded)) return Malformed();
      return decoded.size();
    case BloscFormat::kSnappy:
      if (!DecompressSnappy(encoded, decoded)) return Malformed();
      return decoded.size();
  }
  return Internal();
}

FaultOr<size_t> DecompressBloscStreamFront(BloscFormat format, ByteView encoded, MutableBytes decoded,
                                           size_t front_bytes, Workspace& workspace) {
  if (format != BloscFormat::kLz4) return DecompressBloscStream(format, encoded, decoded, workspace);
  if (!DecompressLz4Front(encoded, decoded.first(front_bytes))) return Malformed();
  return front_bytes;
}

}  // namespace quarry
