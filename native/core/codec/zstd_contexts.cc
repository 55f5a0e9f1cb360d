#include "core/codec/zstd_contexts.h"

#include <new>

namespace quarry {

namespace {

ZstdContexts* Contexts(Workspace& workspace) {
  if (workspace.zstd == nullptr) workspace.zstd.reset(new (std::nothrow) ZstdContexts);
  return workspace.zstd.get();
}

}  // namespace

ZSTD_CCtx* ZstdCompression(Workspace& workspace) {
  ZstdContexts* contexts = Contexts(workspace);
  if (contexts == nullptr) return nullptr;
  if (contexts->compression == nullptr) contexts->compression.reset(ZSTD_createCCtx());
  return contexts->compression.get();
}

ZSTD_DCtx* ZstdDecompression(Workspace& workspace) {
  ZstdContexts* contexts = Contexts(workspace);
  if (contexts == nullptr) return nullptr;
  if (contexts->decompression == nullptr) contexts->decompression.reset(ZSTD_createDCtx());
  return contexts->decompression.get();
}

}  // namespace quarry
