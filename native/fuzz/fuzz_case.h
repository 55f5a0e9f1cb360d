// A case: one chain of codecs, and bytes that it is to be put through. A head in words and a body of bytes,
// so that a failing case says by itself what it is about:
//
//   int32 256 20 exact               data type and shape of the chunk; `exact` where the chain is lossless
//   shuffle elementBytes=4           one line a codec, with the parameters of registry.cc
//   zstd checksum=false level=3      true, false, a number, [numbers,by,commas] or anything else for text
//                                    an empty line, and after it the body
//
// What the body is depends on the check (checks.h). The mutator leaves the head alone, but for a digit of the
// shape now and then.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/bytes.h"
#include "core/codec/registry.h"

namespace quarry::fuzz {

// Bounds what a case may allocate, as metadata does for an array.
inline constexpr size_t kChunkBytesMax = size_t{1} << 20;

struct FuzzCase {
  ChunkType chunk;
  size_t chunk_bytes = 0;
  bool is_exact = false;
  std::vector<CodecSpec> codecs;
  ByteView body;
};

// Bytes of the head with its empty line; nothing where there is no empty line.
std::optional<size_t> HeadBytes(ByteView input);

// Nothing where the head is none, or asks for a chunk of more than kChunkBytesMax bytes.
std::optional<FuzzCase> ParseFuzzCase(ByteView input);

}  // namespace quarry::fuzz
