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

std::vector<uint64_t> ToExtents(const Napi::Value& value);
ChunkType ToChunkType(const Napi::Object& object);
std::vector<CodecSpec> ToCodecSpecs(const Napi::Value& value);

// The bytes under any ArrayBufferView. Taken last (rule 2).
MutableBytes BytesOf(const Napi::Object& view);

// A shared_ptr wrapped in a tagged External.
template <typename T>
Napi::External<std::shared_ptr<T>> Wrap(Napi::Env env, std::shared_ptr<T> pointer) {
  auto external =
      Napi::External<std::shared_ptr<T>>::New(env, new std::shared_ptr<T>(std::move(pointer)),
                                              [](Napi::Env, std::shared_ptr<T>* held) { delete held; });
  external.TypeTag(&TypeTagOf<T>());
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
