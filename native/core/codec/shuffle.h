// The codec `numcodecs.shuffle`: byte shuffle of a whole chunk.
#pragma once

#include <cstddef>
#include <memory>

#include "core/codec/codec.h"

namespace quarry {

// As in numcodecs, items of 0 or 1 bytes stay as they are, and a chunk that is no whole number of items is an
// error (kMalformed) in both directions.
std::unique_ptr<const Codec> MakeShuffleCodec(size_t item_bytes);

}  // namespace quarry
