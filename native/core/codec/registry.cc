// The one place that knows every codec id and the parameters that each reads.
#include "core/codec/registry.h"

#include "core/codec/bytes_codec.h"
#include "core/codec/crc32c.h"
#include "core/codec/parameters.h"
#include "core/codec/zstd.h"

namespace quarry {

namespace {

// A maker returns a null codec where a parameter is missing or out of range.
using Maker = MadeCodec (*)(const CodecSpec& spec, const ChunkType& input);

// bytes {bigEndian: bool}
MadeCodec MakeBytes(const CodecSpec& spec, const ChunkType& input) {
  const auto big_endian = BoolParameter(spec, "bigEndian");
  if (!big_endian) return {};
  return {MakeBytesCodec(*big_endian, input.data_type.item_bytes), input};
}

// crc32c {}
MadeCodec MakeCrc32c(const CodecSpec&, const ChunkType& input) { return {MakeCrc32cCodec(), input}; }

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
    {"bytes", MakeBytes},
    {"crc32c", MakeCrc32c},
    {"zstd", MakeZstd},
};

}  // namespace

MadeCodec MakeCodec(const CodecSpec& spec, const ChunkType& input) {
  for (const Entry& entry : kCodecs) {
    if (entry.id == spec.id) return entry.make(spec, input);
  }
  return {};
}

}  // namespace quarry
