#include "core/codec/deflate_contexts.h"

#include <new>

namespace quarry {

namespace {

constexpr int kMemoryLevel = 8;  // zlib's default

DeflateContexts* Contexts(Workspace& workspace) {
  if (workspace.deflate == nullptr) workspace.deflate.reset(new (std::nothrow) DeflateContexts);
  return workspace.deflate.get();
}

}  // namespace

DeflateContexts::~DeflateContexts() {
  if (has_raw_deflate) deflateEnd(&raw_deflate);
  if (has_zlib_deflate) deflateEnd(&zlib_deflate);
  if (has_inflate) inflateEnd(&inflate);
}

z_stream* ReadyDeflate(Workspace& workspace, DeflateWrapper wrapper, int level) {
  DeflateContexts* contexts = Contexts(workspace);
  if (contexts == nullptr) return nullptr;
  const bool is_raw = wrapper == DeflateWrapper::kRaw;
  z_stream& stream = is_raw ? contexts->raw_deflate : contexts->zlib_deflate;
  bool& is_there = is_raw ? contexts->has_raw_deflate : contexts->has_zlib_deflate;
  if (!is_there) {
    is_there = deflateInit2(&stream, level, Z_DEFLATED, static_cast<int>(wrapper), kMemoryLevel,
                            Z_DEFAULT_STRATEGY) == Z_OK;
    return is_there ? &stream : nullptr;
  }
  // Before any input, changing the level neither flushes nor writes.
  if (deflateReset(&stream) != Z_OK) return nullptr;
  if (deflateParams(&stream, level, Z_DEFAULT_STRATEGY) != Z_OK) return nullptr;
  return &stream;
}

z_stream* ReadyInflate(Workspace& workspace, DeflateWrapper wrapper) {
  DeflateContexts* contexts = Contexts(workspace);
  if (contexts == nullptr) return nullptr;
  z_stream& stream = contexts->inflate;
  if (!contexts->has_inflate) {
    contexts->has_inflate = inflateInit2(&stream, static_cast<int>(wrapper)) == Z_OK;
    return contexts->has_inflate ? &stream : nullptr;
  }
  return inflateReset2(&stream, static_cast<int>(wrapper)) == Z_OK ? &stream : nullptr;
}

}  // namespace quarry
