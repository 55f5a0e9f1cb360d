// The module's exports. See src/codec/native/addon.ts for their types.
#include <new>

#include "core/cpu.h"
#include "core/pool.h"
#include "node/array_functions.h"
#include "node/chain_functions.h"
#include "node/durable_functions.h"
#include "node/env_state.h"
#include "node/frame_functions.h"
#include "node/napi_setup.h"
#include "node/output_memory.h"
#include "node/point_functions.h"

namespace quarry::node {
namespace {

// setThreadCount(count), count ≥ 1
Napi::Value SetThreadCount(const Napi::CallbackInfo& info) {
  const uint32_t count = info[0].ToNumber().Uint32Value();
  if (count == 0) throw Napi::RangeError::New(info.Env(), "a pool has at least one thread");
  Pool::SetSharedThreadCount(count);
  return info.Env().Undefined();
}

Napi::Value ThreadCount(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(Pool::Shared().thread_count()));
}

// cancelJob(job, nth): of a job that reads several boxes, the nth of them
Napi::Value CancelJob(const Napi::CallbackInfo& info) {
  EnvState::Of(info.Env()).Cancel(info[0].ToNumber().Uint32Value(), info[1].ToNumber().Uint32Value());
  return info.Env().Undefined();
}

// An exception of the standard library (there is no memory for the plan of a job, say) as one of JavaScript,
// instead of the end of the process.
template <Napi::Value (*function)(const Napi::CallbackInfo&)>
Napi::Value Guarded(const Napi::CallbackInfo& info) {
  try {
    return function(info);
  } catch (const std::bad_alloc&) {
    throw Napi::RangeError::New(info.Env(), "there is not enough memory for this operation");
  }
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(new EnvState(env));
  exports.Set("simd", Napi::String::New(env, SimdName()));
  exports.Set("setThreadCount", Napi::Function::New<SetThreadCount>(env, "setThreadCount"));
  exports.Set("threadCount", Napi::Function::New<ThreadCount>(env, "threadCount"));
  exports.Set("cancelJob", Napi::Function::New<CancelJob>(env, "cancelJob"));
  exports.Set("createChain", Napi::Function::New<Guarded<CreateChain>>(env, "createChain"));
  exports.Set("encodeChunk", Napi::Function::New<Guarded<EncodeChunk>>(env, "encodeChunk"));
  exports.Set("decodeChunk", Napi::Function::New<Guarded<DecodeChunk>>(env, "decodeChunk"));
  exports.Set("allocateOutput", Napi::Function::New<Guarded<AllocateOutput>>(env, "allocateOutput"));
  exports.Set("openArray", Napi::Function::New<Guarded<OpenArray>>(env, "openArray"));
  exports.Set("readArray", Napi::Function::New<Guarded<ReadArray>>(env, "readArray"));
  exports.Set("readArrayTogether", Napi::Function::New<Guarded<ReadArrayTogether>>(env, "readArrayTogether"));
  exports.Set("writeArray", Napi::Function::New<Guarded<WriteArray>>(env, "writeArray"));
  exports.Set("createDraft", Napi::Function::New<Guarded<CreateDraft>>(env, "createDraft"));
  exports.Set("discardDraft", Napi::Function::New<Guarded<DiscardDraft>>(env, "discardDraft"));
  exports.Set("readPoints", Napi::Function::New<Guarded<ReadPoints>>(env, "readPoints"));
  exports.Set("writePoints", Napi::Function::New<Guarded<WritePoints>>(env, "writePoints"));
  exports.Set("lockDirectory", Napi::Function::New<Guarded<LockDirectory>>(env, "lockDirectory"));
  exports.Set("unlockDirectory", Napi::Function::New<Guarded<UnlockDirectory>>(env, "unlockDirectory"));
  exports.Set("allocateDirect", Napi::Function::New<Guarded<AllocateDirect>>(env, "allocateDirect"));
  exports.Set("crc32c", Napi::Function::New<Guarded<Crc32cOf>>(env, "crc32c"));
  exports.Set("createFrameCompressor",
              Napi::Function::New<Guarded<CreateFrameCompressor>>(env, "createFrameCompressor"));
  exports.Set("compressFrame", Napi::Function::New<Guarded<CompressFrame>>(env, "compressFrame"));
  exports.Set("compressRows", Napi::Function::New<Guarded<CompressRows>>(env, "compressRows"));
  exports.Set("compressRowsAsync", Napi::Function::New<Guarded<CompressRowsAsync>>(env, "compressRowsAsync"));
  exports.Set("createFrameDecompressor",
              Napi::Function::New<Guarded<CreateFrameDecompressor>>(env, "createFrameDecompressor"));
  exports.Set("decompressFrame", Napi::Function::New<Guarded<DecompressFrame>>(env, "decompressFrame"));
  return exports;
}

}  // namespace
}  // namespace quarry::node

static Napi::Object InitQuarry(Napi::Env env, Napi::Object exports) {
  return quarry::node::Init(env, exports);
}
NODE_API_MODULE(quarry, InitQuarry)
