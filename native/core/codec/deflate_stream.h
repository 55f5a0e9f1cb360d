// Whole buffers of any size through zlib's streams, which count what they are handed in 32 bits.
#pragma once

#include <cstddef>

#include "core/bytes.h"
#include "core/codec/deflate_contexts.h"
#include "core/error.h"

namespace quarry {

// The most bytes that zlib's default window and memory level make of `decoded_bytes` at any level, without
// what surrounds the deflate data.
size_t DeflatedBound(size_t decoded_bytes);

// `stream` is ready for new data (ReadyDeflate). Returns the bytes written to `encoded`, which has room for
// DeflatedBound() and what surrounds it.
FaultOr<size_t> Deflate(z_stream& stream, ByteView decoded, MutableBytes encoded);

struct Inflated {
  size_t read_bytes;
  size_t written_bytes;
};

// Decodes the one stream at the front of `encoded`. More than `decoded` has room for is kTooLarge.
FaultOr<Inflated> Inflate(z_stream& stream, ByteView encoded, MutableBytes decoded);

}  // namespace quarry
