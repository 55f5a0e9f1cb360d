// zlib's compression and decompression state of one thread, shared by the gzip codec (raw deflate inside a
// member) and the zlib streams inside Blosc (with zlib's own header and trailer).
#pragma once

// The input pointers of z_stream become const.
#define ZLIB_CONST
#include <zlib.h>

#include "core/codec/workspace.h"

namespace quarry {

// What surrounds the deflate data, in the encoding of zlib's `windowBits`.
enum class DeflateWrapper : int { kRaw = -15, kZlib = 15 };

struct DeflateContexts {
  DeflateContexts() = default;
  DeflateContexts(const DeflateContexts&) = delete;
  DeflateContexts& operator=(const DeflateContexts&) = delete;
  ~DeflateContexts();

  z_stream raw_deflate{};
  z_stream zlib_deflate{};
  z_stream inflate{};
  bool has_raw_deflate = false;
  bool has_zlib_deflate = false;
  bool has_inflate = false;
};

// A stream that is ready for new data; null on exhaustion of memory.
z_stream* ReadyDeflate(Workspace& workspace, DeflateWrapper wrapper, int level);
z_stream* ReadyInflate(Workspace& workspace, DeflateWrapper wrapper);

}  // namespace quarry
