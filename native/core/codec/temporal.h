// The array codec `quarry.temporal` (spec/codecs/temporal.md): along `axis` of one chunk, with u[i] the bits
// of an item as an unsigned integer of its width,
//
//   xor    e[i] = u[i] ^ u[i − 1]
//   delta  e[i] = u[i] − u[i − 1], wrapping; integers only
//
// and e[0] = u[0]. Data type and shape stay as they are.
#pragma once

#include <cstddef>
#include <memory>

#include "core/codec/codec.h"
#include "core/codec/registry.h"

namespace quarry {

enum class TemporalTransform : uint8_t { kXor, kDelta };

// Null where `axis` does not exist, or for delta of floats or bools.
std::unique_ptr<const Codec> MakeTemporalCodec(TemporalTransform transform, size_t axis,
                                               const ChunkType& chunk);

}  // namespace quarry
