// The one place that knows every codec id and the parameters that each reads.
#include "core/codec/registry.h"

#include "core/codec/astype.h"
#include "core/codec/bit_round.h"
#include "core/codec/blosc.h"
#include "core/codec/bytes_codec.h"
#include "core/codec/cast_value.h"
#include "core/codec/checksum_codec.h"
#include "core/codec/checksums.h"
#include "core/codec/crc32c.h"
#include "core/codec/delta.h"
#include "core/codec/fixed_scale_offset.h"
#include "core/codec/gzip.h"
#include "core/codec/lz4.h"
#include "core/codec/pack_bits.h"
#include "core/codec/parameters.h"
#include "core/codec/quantize.h"
#include "core/codec/scale_offset.h"
#include "core/codec/shuffle.h"
#include "core/codec/temporal.h"
#include "core/codec/transpose.h"
#include "core/codec/zlib.h"
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

// bitround {keepBits: 0 … bits of the mantissa}
MadeCodec MakeBitRound(const CodecSpec& spec, const ChunkType& input) {
  const auto keep_bits = IntParameter(spec, "keepBits", 0, 52);
  if (!keep_bits) return {};
  return {MakeBitRoundCodec(*keep_bits, input.data_type), input};
}

// blosc {cname: "blosclz" | "lz4" | "lz4hc" | "snappy" | "zlib" | "zstd", clevel: 0 … 9, shuffle: 0 | 1 | 2,
// typesize: 1 … 255,
//        blocksize: bytes, 0 for automatic}
MadeCodec MakeBlosc(const CodecSpec& spec, const ChunkType& input) {
  constexpr std::pair<std::string_view, BloscCompressor> kCompressors[] = {
      {"blosclz", BloscCompressor::kBlosclz}, {"lz4", BloscCompressor::kLz4},
      {"lz4hc", BloscCompressor::kLz4hc},     {"snappy", BloscCompressor::kSnappy},
      {"zlib", BloscCompressor::kZlib},       {"zstd", BloscCompressor::kZstd},
  };
  const auto compressor = ChoiceParameter<BloscCompressor>(spec, "cname", kCompressors);
  const auto level = IntParameter(spec, "clevel", 0, 9);
  const auto filter = IntParameter(spec, "shuffle", 0, 2);
  const auto item_bytes = IntParameter(spec, "typesize", 1, 255);
  const auto block_bytes = IntParameter(spec, "blocksize", 0, INT32_MAX - 16);
  if (!compressor || !level || !filter || !item_bytes || !block_bytes) return {};
  return {MakeBloscCodec({.compressor = *compressor,
                          .level = *level,
                          .filter = static_cast<BloscFilter>(*filter),
                          .item_bytes = static_cast<size_t>(*item_bytes),
                          .block_bytes = static_cast<size_t>(*block_bytes)}),
          input};
}

// bytes {bigEndian: bool}
MadeCodec MakeBytes(const CodecSpec& spec, const ChunkType& input) {
  const auto big_endian = BoolParameter(spec, "bigEndian");
  if (!big_endian) return {};
  return {MakeBytesCodec(*big_endian, input.data_type), input};
}

// cast_value {decodedType: name of a data type but bool, encodedType: likewise, rounding: "nearest-even" |
//             "towards-zero" | "towards-positive" | "towards-negative" | "nearest-away", outOfRange: "error"
//             | "clamp" | "wrap", encodeMap: hexadecimal ScalarPairs, decodeMap: likewise}
MadeCodec MakeCastValue(const CodecSpec& spec, const ChunkType& input) {
  constexpr std::pair<std::string_view, Rounding> kRoundings[] = {
      {"nearest-even", Rounding::kNearestEven},         {"towards-zero", Rounding::kTowardsZero},
      {"towards-positive", Rounding::kTowardsPositive}, {"towards-negative", Rounding::kTowardsNegative},
      {"nearest-away", Rounding::kNearestAway},
  };
  constexpr std::pair<std::string_view, OutOfRange> kOutOfRange[] = {
      {"error", OutOfRange::kError}, {"clamp", OutOfRange::kClamp}, {"wrap", OutOfRange::kWrap}};
  const auto types = ConversionOf(spec, input);
  const auto rounding = ChoiceParameter<Rounding>(spec, "rounding", kRoundings);
  const auto out_of_range = ChoiceParameter<OutOfRange>(spec, "outOfRange", kOutOfRange);
  const auto encode_pairs = HexParameter(spec, "encodeMap");
  const auto decode_pairs = HexParameter(spec, "decodeMap");
  if (!types || !rounding || !out_of_range || !encode_pairs || !decode_pairs) return {};
  return {MakeCastValueCodec(types->decoded, types->encoded, {*rounding, *out_of_range}, *encode_pairs,
                             *decode_pairs),
          {types->encoded, input.shape}};
}

// crc32c, crc32, adler32 {atStart: bool}
template <uint32_t (*ChecksumOfBytes)(ByteView)>
MadeCodec MakeLocatedChecksum(const CodecSpec& spec, const ChunkType& input) {
  const auto at_start = BoolParameter(spec, "atStart");
  if (!at_start) return {};
  return {MakeChecksumCodec(ChecksumOfBytes, *at_start ? ChecksumPlace::kStart : ChecksumPlace::kEnd), input};
}
uint32_t Crc32cOfBytes(ByteView bytes) { return Crc32c(bytes); }

// delta {decodedType: name of a data type but bool, encodedType: likewise}
MadeCodec MakeDelta(const CodecSpec& spec, const ChunkType& input) {
  const auto types = ConversionOf(spec, input);
  if (!types) return {};
  return {MakeDeltaCodec(types->decoded, types->encoded), {types->encoded, input.shape}};
}

// fixedscaleoffset {offset: number, scale: number, decodedType: name of a data type but bool, encodedType:
//                   likewise}
MadeCodec MakeFixedScaleOffset(const CodecSpec& spec, const ChunkType& input) {
  const auto types = ConversionOf(spec, input);
  const auto offset = NumberParameter(spec, "offset");
  const auto scale = NumberParameter(spec, "scale");
  if (!types || !offset || !scale) return {};
  return {MakeFixedScaleOffsetCodec(*offset, *scale, types->decoded, types->encoded),
          {types->encoded, input.shape}};
}

// fletcher32 {}
MadeCodec MakeFletcher32(const CodecSpec&, const ChunkType& input) {
  return {MakeChecksumCodec(Fletcher32, ChecksumPlace::kEnd), input};
}

// gzip {level: 0 … 9}
MadeCodec MakeGzip(const CodecSpec& spec, const ChunkType& input) {
  const auto level = IntParameter(spec, "level", 0, 9);
  if (!level) return {};
  return {MakeGzipCodec(*level), input};
}

// jenkins_lookup3 {initval: 0 … 2^32 − 1, prefix: list of bytes}
MadeCodec MakeJenkinsLookup3(const CodecSpec& spec, const ChunkType& input) {
  const auto initial = IndexParameter(spec, "initval");
  const auto prefix = BytesParameter(spec, "prefix");
  if (!initial || *initial > UINT32_MAX || !prefix) return {};
  const auto checksum_of = [initial = static_cast<uint32_t>(*initial), prefix = *prefix](ByteView bytes) {
    return JenkinsLookup3(prefix, bytes, initial);
  };
  return {MakeChecksumCodec(checksum_of, ChecksumPlace::kEnd), input};
}

// lz4 {acceleration: whole number}
MadeCodec MakeLz4(const CodecSpec& spec, const ChunkType& input) {
  const auto acceleration = IntParameter(spec, "acceleration", INT32_MIN, INT32_MAX);
  if (!acceleration) return {};
  return {MakeLz4Codec(*acceleration), input};
}

// packbits {}
MadeCodec MakePackBits(const CodecSpec&, const ChunkType& input) {
  if (input.data_type.kind != DataKind::kBool) return {};
  uint64_t items = 1;
  for (const uint64_t extent : input.shape) items *= extent;
  return {MakePackBitsCodec(items), {{DataKind::kUint, 1}, {PackedBitsBytes(items)}}};
}

// quantize {bits: whole number, decodedType: name of a floating-point type, encodedType: likewise}
MadeCodec MakeQuantize(const CodecSpec& spec, const ChunkType& input) {
  const auto types = ConversionOf(spec, input);
  const auto bits = IntParameter(spec, "bits", -1100, 1100);
  if (!types || !bits) return {};
  return {MakeQuantizeCodec(*bits, types->decoded, types->encoded), {types->encoded, input.shape}};
}

// scale_offset {offset: number, for integers as decimal text, scale: likewise}
MadeCodec MakeScaleOffset(const CodecSpec& spec, const ChunkType& input) {
  if (input.data_type.kind == DataKind::kFloat) {
    const auto offset = NumberParameter(spec, "offset");
    const auto scale = NumberParameter(spec, "scale");
    if (!offset || !scale) return {};
    return {MakeFloatScaleOffsetCodec(*offset, *scale, input.data_type), input};
  }
  const auto offset = TextParameter(spec, "offset");
  const auto scale = TextParameter(spec, "scale");
  if (!offset || !scale) return {};
  return {MakeIntegerScaleOffsetCodec(*offset, *scale, input.data_type), input};
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

// zlib {level: 0 … 9}
MadeCodec MakeZlib(const CodecSpec& spec, const ChunkType& input) {
  const auto level = IntParameter(spec, "level", 0, 9);
  if (!level) return {};
  return {MakeZlibCodec(*level), input};
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
    {"adler32", MakeLocatedChecksum<Adler32>},
    {"astype", MakeAstype},
    {"bitround", MakeBitRound},
    {"blosc", MakeBlosc},
    {"bytes", MakeBytes},
    {"cast_value", MakeCastValue},
    {"crc32", MakeLocatedChecksum<Crc32>},
    {"crc32c", MakeLocatedChecksum<Crc32cOfBytes>},
    {"delta", MakeDelta},
    {"fixedscaleoffset", MakeFixedScaleOffset},
    {"fletcher32", MakeFletcher32},
    {"gzip", MakeGzip},
    {"jenkins_lookup3", MakeJenkinsLookup3},
    {"lz4", MakeLz4},
    {"packbits", MakePackBits},
    {"quantize", MakeQuantize},
    {"scale_offset", MakeScaleOffset},
    {"shuffle", MakeShuffle},
    {"temporal", MakeTemporal},
    {"transpose", MakeTranspose},
    {"zlib", MakeZlib},
    {"zstd", MakeZstd},
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
