// The one place that knows every codec id and the parameters that each reads.
#include "core/codec/registry.h"

#include "core/codec/astype.h"
#include "core/codec/blosc.h"
#include "core/codec/bytes_codec.h"
#include "core/codec/crc32c.h"
#include "core/codec/delta.h"
#include "core/codec/gzip.h"
#include "core/codec/lz4.h"
#include "core/codec/parameters.h"
#include "core/codec/shuffle.h"
#include "core/codec/temporal.h"
#include "core/codec/transpose.h"
#include "core/codec/zstd.h"

namespace quarry {

namespace {

// A maker returns a null codec where a parameter is missing or out of range.
using Maker = MadeCodec (*)(const CodecSpec& spec, const ChunkType& input);

// The types that a converting filter goes between. Nothing unless it is made for the chunk that it meets.
struct Conversion {
  DataType decoded;
  DataType encoded;
};
std::optional<Conversion> ConversionOf(const CodecSpec& spec, const ChunkType& input) {
  const auto decoded = DataTypeParameter(spec, "decodedType");
  const auto encoded = DataTypeParameter(spec, "encodedType");
  if (!decoded || !encoded || *decoded != input.data_type) return std::nullopt;
  return Conversion{*decoded, *encoded};
}

// astype {decodedType: name of a data type, encodedType: likewise}
MadeCodec MakeAstype(const CodecSpec& spec, const ChunkType& input) {
  const auto types = ConversionOf(spec, input);
  if (!types) return {};
  return {MakeAstypeCodec(types->decoded, types->encoded), {types->encoded, input.shape}};
}

// blosc {cname: "lz4" | "lz4hc" | "zlib" | "zstd", clevel: 0 … 9, shuffle: 0 | 1 | 2, typesize: 1 … 255,
//        blocksize: bytes, 0 for automatic}
MadeCodec MakeBlosc(const CodecSpec& spec, const ChunkType& input) {
  constexpr std::pair<std::string_view, BloscCompressor> kCompressors[] = {
      {"lz4", BloscCompressor::kLz4},
      {"lz4hc", BloscCompressor::kLz4hc},
      {"zlib", BloscCompressor::kZlib},
      {"zstd", BloscCompressor::kZstd},
  };
  const auto name = TextParameter(spec, "cname");
  const auto level = IntParameter(spec, "clevel", 0, 9);
  const auto filter = IntParameter(spec, "shuffle", 0, 2);
  const auto item_bytes = IntParameter(spec, "typesize", 1, 255);
  const auto block_bytes = IntParameter(spec, "blocksize", 0, INT32_MAX - 16);
  if (!name || !level || !filter || !item_bytes || !block_bytes) return {};
  for (const auto& [cname, compressor] : kCompressors) {
    if (cname != *name) continue;
    return {MakeBloscCodec({.compressor = compressor,
                            .level = *level,
                            .filter = static_cast<BloscFilter>(*filter),
                            .item_bytes = static_cast<size_t>(*item_bytes),
                            .block_bytes = static_cast<size_t>(*block_bytes)}),
            input};
  }
  return {};
}

// bytes {bigEndian: bool}
MadeCodec MakeBytes(const CodecSpec& spec, const ChunkType& input) {
  const auto big_endian = BoolParameter(spec, "bigEndian");
  if (!big_endian) return {};
  return {MakeBytesCodec(*big_endian, input.data_type), input};
}

// crc32c {}
MadeCodec MakeCrc32c(const CodecSpec&, const ChunkType& input) { return {MakeCrc32cCodec(), input}; }

// delta {decodedType: name of a data type but bool, encodedType: likewise}
MadeCodec MakeDelta(const CodecSpec& spec, const ChunkType& input) {
  const auto types = ConversionOf(spec, input);
  if (!types) return {};
  return {MakeDeltaCodec(types->decoded, types->encoded), {types->encoded, input.shape}};
}

// gzip {level: 0 … 9}
MadeCodec MakeGzip(const CodecSpec& spec, const ChunkType& input) {
  const auto level = IntParameter(spec, "level", 0, 9);
  if (!level) return {};
  return {MakeGzipCodec(*level), input};
}

// lz4 {acceleration: whole number}
MadeCodec MakeLz4(const CodecSpec& spec, const ChunkType& input) {
  const auto acceleration = IntParameter(spec, "acceleration", INT32_MIN, INT32_MAX);
  if (!acceleration) return {};
  return {MakeLz4Codec(*acceleration), input};
}

// shuffle {elementBytes: not negative}
MadeCodec MakeShuffle(const CodecSpec& spec, const ChunkType& input) {
  const auto item_bytes = IntParameter(spec, "elementBytes", 0, INT32_MAX);
  if (!item_bytes) return {};
  return {MakeShuffleCodec(static_cast<size_t>(*item_bytes)), input};
}

// temporal {transform: "xor" | "delta", axis: below the rank}
MadeCodec MakeTemporal(const CodecSpec& spec, const ChunkType& input) {
  const auto transform = TextParameter(spec, "transform");
  const auto axis = IntParameter(spec, "axis", 0, INT32_MAX);
  if (!transform || !axis || (*transform != "xor" && *transform != "delta")) return {};
  const auto kind = *transform == "xor" ? TemporalTransform::kXor : TemporalTransform::kDelta;
  return {MakeTemporalCodec(kind, static_cast<size_t>(*axis), input), input};
}

// transpose {order: permutation of the dimensions}
MadeCodec MakeTranspose(const CodecSpec& spec, const ChunkType& input) {
  const auto order = IndexListParameter(spec, "order");
  if (!order) return {};
  MadeCodec made{MakeTransposeCodec(*order, input), input};
  if (made.codec == nullptr) return {};
  for (size_t i = 0; i < order->size(); ++i) made.encoded_type.shape[i] = input.shape[(*order)[i]];
  return made;
}

// zstd {level: −7 … 22, checksum: bool}
MadeCodec MakeZstd(const CodecSpec& spec, const ChunkType& input) {
  const auto level = IntParameter(spec, "level", -7, 22);
  const auto checksum = BoolParameter(spec, "checksum");
  if (!level || !checksum) return {};
  return {MakeZstdCodec(*level, *checksum), input};
}

struct Entry {
  std::string_view id;
  Maker make;
};

constexpr Entry kCodecs[] = {
    {"astype", MakeAstype},     {"blosc", MakeBlosc},         {"bytes", MakeBytes}, {"crc32c", MakeCrc32c},
    {"delta", MakeDelta},       {"gzip", MakeGzip},           {"lz4", MakeLz4},     {"shuffle", MakeShuffle},
    {"temporal", MakeTemporal}, {"transpose", MakeTranspose}, {"zstd", MakeZstd},
};

}  // namespace

MadeCodec MakeCodec(const CodecSpec& spec, const ChunkType& input) {
  for (const Entry& entry : kCodecs) {
    if (entry.id == spec.id) return entry.make(spec, input);
  }
  return {};
}

std::vector<std::string_view> CodecIds() {
  std::vector<std::string_view> ids;
  for (const Entry& entry : kCodecs) ids.push_back(entry.id);
  return ids;
}

}  // namespace quarry
