// The format of BloscLZ, Blosc's own compressor, a descendant of FastLZ. A stream is a sequence of
// instructions, each introduced by a control byte:
//
//   000lllll                     l + 1 literal bytes follow
//   LLLddddd [more …] dddddddd   a match of L + 2 bytes that begins d + 1 bytes back, d being 13 bits, high
//   part
//                                first; with L = 7 the bytes `more` add to the length, up to the first that
//                                is not 255
//   … with d = 8191              two more bytes, high part first, add to d
//
// The three high bits of the first control byte mean nothing: it always introduces literals.
#pragma once

#include "core/bytes.h"

namespace quarry {

// Fills `decoded` from all of `encoded`; false where the two do not fit together.
bool DecompressBlosclz(ByteView encoded, MutableBytes decoded);

}  // namespace quarry
