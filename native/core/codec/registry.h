// From a codec's parameters, already checked against its JSON schema by the caller, to a codec that runs.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/codec/codec.h"
#include "core/codec/data_type.h"

namespace quarry {

// A chunk as an array codec sees it, in C order.
struct ChunkType {
  DataType data_type;
  std::vector<uint64_t> shape;
};

// Parameters by name, as `NativeCodec` in codecs/definition.ts sends them.
using CodecParameter = std::variant<bool, double, std::string, std::vector<double>>;
struct CodecSpec {
  std::string id;
  std::map<std::string, CodecParameter, std::less<>> parameters;
};

// A codec and what comes out of it.
struct MadeCodec {
  std::unique_ptr<const Codec> codec;
  ChunkType encoded_type;  // equals the input for bytes-to-bytes codecs
};

// Null codec where the id is unknown or a parameter is missing or out of range: a programming error of the
// caller, which has validated the configuration before.
MadeCodec MakeCodec(const CodecSpec& spec, const ChunkType& input);

// Every id that MakeCodec() knows.
std::vector<std::string_view> CodecIds();

}  // namespace quarry
