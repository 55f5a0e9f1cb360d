// zstd's compression and decompression state of one thread. Creating one costs more than compressing a small
// block, so the zstd codec and the zstd streams inside Blosc share them through the Workspace.
#pragma once

#include <zstd.h>

#include <memory>

#include "core/codec/workspace.h"

namespace quarry {

struct ZstdContexts {
  struct CompressionDelete {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  struct DecompressionDelete {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_CCtx, CompressionDelete> compression;
  std::unique_ptr<ZSTD_DCtx, DecompressionDelete> decompression;
};

// Null on exhaustion of memory.
ZSTD_CCtx* ZstdCompression(Workspace& workspace);
ZSTD_DCtx* ZstdDecompression(Workspace& workspace);

}  // namespace quarry
