#include "node/faults.h"

#include <span>

namespace quarry::node {
namespace {

Napi::Array ToArray(Napi::Env env, std::span<const uint64_t> values) {
  Napi::Array array = Napi::Array::New(env, values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    array.Set(static_cast<uint32_t>(i), Napi::Number::New(env, static_cast<double>(values[i])));
  }
  return array;
}

void SetNumber(Napi::Object& object, const char* name, uint64_t value) {
  object.Set(name, Napi::Number::New(object.Env(), static_cast<double>(value)));
}

}  // namespace

Napi::Object ToObject(Napi::Env env, const ChainFault& fault) {
  Napi::Object object = Napi::Object::New(env);
  SetNumber(object, "reason", static_cast<uint64_t>(fault.fault.reason));
  SetNumber(object, "expected", fault.fault.expected);
  SetNumber(object, "actual", fault.fault.actual);
  if (fault.codec_index != kNoCodec) SetNumber(object, "codecIndex", fault.codec_index);
  object.Set("encoding", Napi::Boolean::New(env, fault.encoding));
  return object;
}

Napi::Object ToObject(Napi::Env env, const ArrayFault& fault) {
  Napi::Object object = Napi::Object::New(env);
  SetNumber(object, "kind", static_cast<uint64_t>(fault.kind));
  if (fault.kind == ArrayFaultKind::kChunkCodec || fault.kind == ArrayFaultKind::kIndexCodec) {
    object.Set("chain", ToObject(env, fault.chain));
  }
  if (fault.kind == ArrayFaultKind::kOs) {
    SetNumber(object, "errno", static_cast<uint64_t>(fault.os.error_number));
    object.Set("call", Napi::String::New(env, fault.os.call));
  }
  SetNumber(object, "expected", fault.expected);
  SetNumber(object, "actual", fault.actual);
  SetNumber(object, "offsetBytes", fault.offset_bytes);
  SetNumber(object, "encodedBytes", fault.encoded_bytes);
  object.Set("file", Napi::String::New(env, fault.path));
  object.Set("object", ToArray(env, fault.object));
  object.Set("cell", ToArray(env, fault.cell));
  return object;
}

}  // namespace quarry::node
