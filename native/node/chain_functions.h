#pragma once

#include "node/napi_setup.h"

namespace quarry::node {

// createChain({ dataType, shape }, codecs) → handle, or the index of the codec that cannot be made
Napi::Value CreateChain(const Napi::CallbackInfo& info);
// encodeChunk(chain, chunk, (fault?, encoded?) => void) → job id
Napi::Value EncodeChunk(const Napi::CallbackInfo& info);
// decodeChunk(chain, encoded, chunk, (fault?) => void) → job id
Napi::Value DecodeChunk(const Napi::CallbackInfo& info);

}  // namespace quarry::node
