#include "node/output_memory.h"

#include <memory>
#include <optional>

#include "core/os/memory.h"

namespace quarry::node {
namespace {

void GiveBack(napi_env, void*, void* raw_block) {
  const std::unique_ptr<MutableBytes> block(static_cast<MutableBytes*>(raw_block));
  os::BlockPool::Shared().GiveBack(*block);
}

}  // namespace

Napi::Value AllocateOutput(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const double bytes = info[0].ToNumber().DoubleValue();
  if (!(bytes >= 0 && bytes <= 9007199254740991.0)) throw Napi::RangeError::New(env, "expected a size");
  const std::optional<MutableBytes> taken = os::BlockPool::Shared().Take(static_cast<size_t>(bytes));
  if (!taken) return env.Undefined();

  auto block = std::make_unique<MutableBytes>(*taken);
  napi_value buffer = nullptr;
  const napi_status status = napi_create_external_arraybuffer(env, block->data(), static_cast<size_t>(bytes),
                                                              GiveBack, block.get(), &buffer);
  if (status != napi_ok) {
    // Some environments (a sandboxed V8) allow no memory but their own.
    os::BlockPool::Shared().GiveBack(*block);
    return env.Undefined();
  }
  block.release();
  return Napi::Value(env, buffer);
}

}  // namespace quarry::node
