// The compressors inside a Blosc frame, one stream at a time.
#pragma once

#include <cstddef>

#include "core/bytes.h"
#include "core/codec/blosc_frame.h"
#include "core/codec/workspace.h"
#include "core/error.h"

namespace quarry {

// The names that users choose by; lz4 and lz4hc write one format. Nothing is written with the last two.
enum class BloscCompressor : uint8_t { kLz4, kLz4hc, kZlib, kZstd, kBlosclz, kSnappy };

inline bool CanCompress(BloscCompressor compressor) {
  return compressor != BloscCompressor::kBlosclz && compressor != BloscCompressor::kSnappy;
}

BloscFormat FormatOf(BloscCompressor compressor);

// For compressors that can. Compresses `decoded` at Blosc's level 1 … 9, translated to the compressor's own
// as c-blosc does. Returns the bytes written, or 0 where they would not fit into `encoded`: the stream is
// then stored as it is.
FaultOr<size_t> CompressBloscStream(BloscCompressor compressor, int level, ByteView decoded,
                                    MutableBytes encoded, Workspace& workspace);

// Decompresses all of `encoded` to exactly decoded.size() bytes.
FaultOr<size_t> DecompressBloscStream(BloscFormat format, ByteView encoded, MutableBytes decoded,
                                      Workspace& workspace);

// The same for at least the first `front_bytes` bytes of `decoded`: no more than that where the compressor
// can stop there. What is not decoded is not checked. Returns the bytes decoded.
FaultOr<size_t> DecompressBloscStreamFront(BloscFormat format, ByteView encoded, MutableBytes decoded,
                                           size_t front_bytes, Workspace& workspace);

}  // namespace quarry
