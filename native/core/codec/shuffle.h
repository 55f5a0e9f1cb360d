// The codec `numcodecs.shuffle`: byte shuffle of a whole chunk.
#pragma once

#include <cstddef>
#include <memory>

#include "core/codec/codec.h"

namespace quarry {

// `item_bytes` is at least 1, where 1 changes nothing; null for 0. As in numcodecs, a chunk that is no whole
// number of items is an error in both directions.
std::unique_ptr<const Codec> MakeShuffleCodec(size_t item_bytes);

}  // namespace quarry
