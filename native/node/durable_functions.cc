#include "node/durable_functions.h"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "core/codec/crc32c.h"
#include "core/os/direct_memory.h"
#include "core/os/directory_lock.h"
#include "node/arguments.h"
#include "node/env_state.h"
#include "node/system_errors.h"

namespace quarry::node {
namespace {

constexpr size_t kDirectBytesMax = size_t{1} << 20;

}  // namespace

Napi::Value LockDirectory(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsString()) throw Napi::TypeError::New(env, "the path is a string");
  const std::string path = info[0].As<Napi::String>().Utf8Value();
  const auto mode = info[1].ToBoolean().Value() ? os::LockMode::kExclusive : os::LockMode::kShared;
  auto lock = os::DirectoryLock::TryTake(path, mode);
  if (!lock) throw ToError(env, lock.error(), path);
  if (!*lock) return env.Undefined();
  return Napi::Number::New(env, EnvState::Of(env).KeepLock(std::move(**lock)));
}

Napi::Value UnlockDirectory(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto handle = static_cast<uint32_t>(ToWholeNumber(info[0], UINT32_MAX));
  if (!EnvState::Of(env).ReleaseLock(handle)) throw Napi::RangeError::New(env, "there is no such lock");
  return env.Undefined();
}

Napi::Value AllocateDirect(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const size_t bytes = ToWholeNumber(info[0], kDirectBytesMax);
  Napi::ArrayBuffer room = Napi::ArrayBuffer::New(env, os::RoomForDirect(bytes));
  auto* const begin = static_cast<std::byte*>(room.Data());
  const MutableBytes direct = os::DirectWithin({begin, os::RoomForDirect(bytes)}, bytes);
  return Napi::Uint8Array::New(env, bytes, room, static_cast<size_t>(direct.data() - begin));
}

Napi::Value Crc32cOf(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const size_t before = info[1].IsUndefined() ? 0 : ToWholeNumber(info[1], UINT32_MAX);
  auto crc = static_cast<uint32_t>(before);
  for (const ByteView piece : BytesOfAll(ToObjects(info[0]))) crc = Crc32c(piece, crc);
  return Napi::Number::New(env, crc);
}

}  // namespace quarry::node
