#include "node/arguments.h"

#include <cmath>

namespace quarry::node {
namespace {

double ToNumber(const Napi::Value& value) {
  if (!value.IsNumber()) throw Napi::TypeError::New(value.Env(), "expected a number");
  return value.As<Napi::Number>().DoubleValue();
}

CodecParameter ToParameter(const Napi::Value& value) {
  if (value.IsBoolean()) return value.As<Napi::Boolean>().Value();
  if (value.IsNumber()) return value.As<Napi::Number>().DoubleValue();
  if (value.IsString()) return value.As<Napi::String>().Utf8Value();
  if (value.IsArray()) {
    const auto array = value.As<Napi::Array>();
    std::vector<double> numbers;
    for (uint32_t i = 0; i < array.Length(); ++i) numbers.push_back(ToNumber(array.Get(i)));
    return numbers;
  }
  throw Napi::TypeError::New(value.Env(),
                             "a codec parameter is a boolean, number, string or array of numbers");
}

}  // namespace

size_t ToWholeNumber(const Napi::Value& value, size_t max) {
  const double number = ToNumber(value);
  if (!(number >= 0 && number <= static_cast<double>(max)) || number != std::floor(number)) {
    throw Napi::RangeError::New(value.Env(), "expected a whole number up to " + std::to_string(max));
  }
  return static_cast<size_t>(number);
}

std::vector<Napi::Object> ToObjects(const Napi::Value& value) {
  if (!value.IsArray()) throw Napi::TypeError::New(value.Env(), "expected an array of objects");
  const auto array = value.As<Napi::Array>();
  std::vector<Napi::Object> objects;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    objects.push_back(Napi::Value(array.Get(i)).ToObject());
  }
  return objects;
}

std::vector<uint64_t> ToExtents(const Napi::Value& value) {
  if (!value.IsArray()) throw Napi::TypeError::New(value.Env(), "expected an array of extents");
  const auto array = value.As<Napi::Array>();
  std::vector<uint64_t> extents;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const double extent = ToNumber(array.Get(i));
    if (!(extent >= 0 && extent <= 9007199254740991.0) || extent != std::floor(extent)) {
      throw Napi::RangeError::New(value.Env(), "an extent is a whole number below 2^53");
    }
    extents.push_back(static_cast<uint64_t>(extent));
  }
  return extents;
}

ChunkType ToChunkType(const Napi::Object& object) {
  const Napi::Value name = object.Get("dataType");
  if (!name.IsString()) throw Napi::TypeError::New(object.Env(), "dataType is a string");
  const std::string text = name.As<Napi::String>().Utf8Value();
  const auto data_type = DataTypeNamed(text);
  if (!data_type) throw Napi::TypeError::New(object.Env(), "unknown data type " + text);
  return {*data_type, ToExtents(object.Get("shape"))};
}

std::vector<CodecSpec> ToCodecSpecs(const Napi::Value& value) {
  if (!value.IsArray()) throw Napi::TypeError::New(value.Env(), "expected an array of codecs");
  const auto array = value.As<Napi::Array>();
  std::vector<CodecSpec> specs;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const auto object = Napi::Value(array.Get(i)).ToObject();
    CodecSpec spec;
    const Napi::Array names = object.GetPropertyNames();
    for (uint32_t k = 0; k < names.Length(); ++k) {
      const std::string name = Napi::Value(names.Get(k)).ToString().Utf8Value();
      const Napi::Value parameter = object.Get(name);
      if (name == "id") {
        spec.id = parameter.ToString().Utf8Value();
      } else {
        spec.parameters.emplace(name, ToParameter(parameter));
      }
    }
    specs.push_back(std::move(spec));
  }
  return specs;
}

MutableBytes BytesOf(const Napi::Object& view) {
  if (view.IsTypedArray()) {
    const auto array = view.As<Napi::TypedArray>();
    auto* const base = static_cast<std::byte*>(array.ArrayBuffer().Data());
    return {base + array.ByteOffset(), array.ByteLength()};
  }
  throw Napi::TypeError::New(view.Env(), "expected a typed array");
}

std::vector<ByteView> BytesOfAll(const std::vector<Napi::Object>& views) {
  std::vector<ByteView> pieces;
  for (const Napi::Object& view : views) pieces.push_back(BytesOf(view));
  return pieces;
}

}  // namespace quarry::node
