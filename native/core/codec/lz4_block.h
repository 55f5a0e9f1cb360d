// Decoder of LZ4 blocks (https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md):
//
//   sequence := token [more length …] literals [offset (2, little-endian) [more length …]]
//   token    := length of the literals (high four bits), length of the match - 4 (low four bits); after 15
//               the bytes that follow add to it, up to the first that is not 255
//
// The last sequence ends after its literals; every encoder leaves the last five bytes to them.
//
// LZ4's own decoder is as fast on short sequences. It writes the long runs that shuffled numbers consist of
// (the high bytes of prices are the same for a whole chunk) eight bytes at a time, and byte by byte where
// only the front of a run is wanted.
#pragma once

#include <cstddef>
#include <optional>

#include "core/bytes.h"

namespace quarry {

// Decodes all of `encoded` into the front of `decoded`. Returns the bytes written, or nothing where `encoded`
// is no block, or one of more than decoded.size() bytes.
std::optional<size_t> DecompressLz4(ByteView encoded, MutableBytes decoded);

// Fills `front` with the first bytes of the block's content. What comes behind is not decoded, hence not
// checked. False where there are fewer, or `encoded` is no block as far as it was looked at.
bool DecompressLz4Front(ByteView encoded, MutableBytes front);

}  // namespace quarry
