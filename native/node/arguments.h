// From JavaScript values to the core's. The shapes are declared in src/codec/native/addon.ts, which is the
// only caller; what fails here is a programming error there and becomes a TypeError or RangeError.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/codec/registry.h"
#include "node/napi_setup.h"
#include "node/type_tags.h"

namespace quarry::node {

// A whole number, 0 ≤ number ≤ max ≤ 2^53 − 1.
size_t ToWholeNumber(const Napi::Value& value, size_t max);
std::vector<Napi::Object> ToObjects(const Napi::Value& array);
std::vector<uint64_t> ToExtents(const Napi::Value& value);
ChunkType ToChunkType(const Napi::Object& object);
std::vector<CodecSpec> ToCodecSpecs(const Napi::Value& value);

// The bytes under any ArrayBufferView. Taken last (rule 2).
MutableBytes BytesOf(const Napi::Object& view);
std::vector<ByteView> BytesOfAll(const std::vector<Napi::Object>& views);

// A shared_ptr wrapped in a tagged External. `memory_bytes` is what the collector is told that it gets back
// with it, where that is much.
template <typename T>
Napi::External<std::shared_ptr<T>> Wrap(Napi::Env env, std::shared_ptr<T> pointer, size_t memory_bytes = 0) {
  const auto reported_bytes = static_cast<int64_t>(memory_bytes);
  auto external = Napi::External<std::shared_ptr<T>>::New(
      env, new std::shared_ptr<T>(std::move(pointer)),
      [reported_bytes](Napi::Env env, std::shared_ptr<T>* held) {
        delete held;
        Napi::MemoryManagement::AdjustExternalMemory(env, -reported_bytes);
      });
  external.TypeTag(&TypeTagOf<T>());
  Napi::MemoryManagement::AdjustExternalMemory(env, reported_bytes);
  return external;
}

template <typename T>
const std::shared_ptr<T>& Unwrap(const Napi::Value& value) {
  if (!value.IsExternal()) throw Napi::TypeError::New(value.Env(), "expected a native handle");
  const auto external = value.As<Napi::External<std::shared_ptr<T>>>();
  if (!external.CheckTypeTag(&TypeTagOf<T>()))
    throw Napi::TypeError::New(value.Env(), "wrong kind of native handle");
  return *external.Data();
}

}  // namespace quarry::node
