#include "node/chain_functions.h"

#include <memory>
#include <utility>
#include <vector>

#include "core/chain/chain.h"
#include "core/chain/chunk_job.h"
#include "node/arguments.h"
#include "node/env_state.h"
#include "node/faults.h"

namespace quarry::node {

Napi::Value CreateChain(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const ChunkType type = ToChunkType(info[0].ToObject());
  auto chain = Chain::Make(type, ToCodecSpecs(info[1]));
  if (!chain) return Napi::Number::New(env, static_cast<double>(chain.error().codec_index));
  return Wrap<const Chain>(env, std::make_shared<const Chain>(std::move(*chain)));
}

Napi::Value EncodeChunk(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::shared_ptr<const Chain> chain = Unwrap<const Chain>(info[0]);
  const Napi::Object chunk_view = info[1].ToObject();
  const Napi::Function callback = info[2].As<Napi::Function>();
  const MutableBytes chunk = BytesOf(chunk_view);
  if (chunk.size() != chain->chunk_bytes())
    throw Napi::RangeError::New(env, "the chunk has the wrong length");

  EnvState& state = EnvState::Of(env);
  const uint32_t id = state.Register({chunk_view}, callback);
  auto done = [&state, id](ChainOr<std::vector<std::byte>> encoded) {
    state.Deliver(id, [encoded = std::move(encoded)](Napi::Env env, const Napi::Function& callback) {
      if (!encoded) {
        callback.Call({ToObject(env, encoded.error())});
        return;
      }
      Napi::Uint8Array copy = Napi::Uint8Array::New(env, encoded->size());
      std::memcpy(copy.Data(), encoded->data(), encoded->size());
      callback.Call({env.Undefined(), copy});
    });
  };
  state.Submit(id, std::make_shared<EncodeChunkJob>(chain, chunk, std::move(done)));
  return Napi::Number::New(env, id);
}

Napi::Value DecodeChunk(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::shared_ptr<const Chain> chain = Unwrap<const Chain>(info[0]);
  const Napi::Object encoded_view = info[1].ToObject();
  const Napi::Object chunk_view = info[2].ToObject();
  const Napi::Function callback = info[3].As<Napi::Function>();
  const MutableBytes encoded = BytesOf(encoded_view);
  const MutableBytes chunk = BytesOf(chunk_view);
  if (chunk.size() != chain->chunk_bytes())
    throw Napi::RangeError::New(env, "the chunk has the wrong length");

  EnvState& state = EnvState::Of(env);
  const uint32_t id = state.Register({encoded_view, chunk_view}, callback);
  auto done = [&state, id](ChainOr<void> decoded) {
    state.Deliver(id, [decoded](Napi::Env env, const Napi::Function& callback) {
      if (decoded) {
        callback.Call({});
      } else {
        callback.Call({ToObject(env, decoded.error())});
      }
    });
  };
  state.Submit(id, std::make_shared<DecodeChunkJob>(chain, encoded, chunk, std::move(done)));
  return Napi::Number::New(env, id);
}

}  // namespace quarry::node
