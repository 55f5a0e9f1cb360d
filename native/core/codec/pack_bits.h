// The codec `numcodecs.packbits`: bools as bits.
//
//   offset  bytes
//        0      1  how many bits of the last byte are padding, 0 … 7
//        1      …  eight items a byte, the first in the highest bit
#pragma once

#include <cstdint>
#include <memory>

#include "core/codec/codec.h"

namespace quarry {

// For a chunk of `items` bools; any byte but 0 is true.
std::unique_ptr<const Codec> MakePackBitsCodec(uint64_t items);
uint64_t PackedBitsBytes(uint64_t items);

}  // namespace quarry
