// The codec `numcodecs.lz4`: the decoded size in 4 bytes, little-endian, then one LZ4 block.
#pragma once

#include <memory>

#include "core/codec/codec.h"

namespace quarry {

// `acceleration` trades size for speed: 1 compresses best, and what is less means 1, as in LZ4.
std::unique_ptr<const Codec> MakeLz4Codec(int acceleration);

}  // namespace quarry
