// The codec `blosc`: a chunk cut into blocks that are shuffled and compressed each by itself. The frame is
// described in blosc_frame.h.
#pragma once

#include <cstddef>
#include <memory>

#include "core/codec/blosc_frame.h"
#include "core/codec/blosc_stream.h"
#include "core/codec/codec.h"

namespace quarry {

struct BloscSettings {
  BloscCompressor compressor;
  int level;  // 0 (plain copy) … 9
  BloscFilter filter;
  size_t item_bytes;   // 1 … 255
  size_t block_bytes;  // 0: chosen by level, compressor and item size, see AutomaticBlockBytes
};

// Null where a setting is out of range. Reads every frame of c-blosc 1, and writes none of blosclz and snappy
// (kUnsupported).
std::unique_ptr<const Codec> MakeBloscCodec(const BloscSettings& settings);

}  // namespace quarry
