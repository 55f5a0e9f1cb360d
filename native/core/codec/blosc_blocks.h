// How large the blocks of a Blosc frame are, and whether they are split. Decoders take what the header says;
// these choices decide about size and speed only, and follow c-blosc 1.21 (its default "forward compatible"
// split mode), so that our frames compress as users of Blosc know it.
#pragma once

#include <cstddef>

#include "core/codec/blosc_stream.h"

namespace quarry {

bool BloscSplits(BloscCompressor compressor, size_t item_bytes, size_t block_bytes);

// Block size for `decoded_bytes` bytes at a level of 0 … 9; `forced_bytes` is the user's choice, or 0. A
// multiple of `item_bytes` wherever a block holds more than one item.
size_t BloscBlockBytes(BloscCompressor compressor, int level, size_t item_bytes, size_t decoded_bytes,
                       size_t forced_bytes);

}  // namespace quarry
