#pragma once

#include "node/napi_setup.h"

namespace quarry::node {

// createFrameCompressor(level, windowLog) → handle
Napi::Value CreateFrameCompressor(const Napi::CallbackInfo& info);
// compressFrame(compressor, pieces) → the bytes of the frame
Napi::Value CompressFrame(const Napi::CallbackInfo& info);
// compressRows(compressor, table, header, rows, rowBytes) → { frame, rawBytes }
//   rows: of each array of the table, as bytes; rowBytes: of one of its rows
Napi::Value CompressRows(const Napi::CallbackInfo& info);
// compressRowsAsync(compressor, table, header, rows, rowBytes, (error?, { frame, rawBytes }?) => void)
//   On the pool. The compressor takes no other frame until the callback is called.
Napi::Value CompressRowsAsync(const Napi::CallbackInfo& info);
// createFrameDecompressor(windowLogMax) → handle
Napi::Value CreateFrameDecompressor(const Napi::CallbackInfo& info);
// decompressFrame(decompressor, frame, rawBytes) → rawBytes bytes, or undefined where the frame is damaged
Napi::Value DecompressFrame(const Napi::CallbackInfo& info);

}  // namespace quarry::node
