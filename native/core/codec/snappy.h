// A raw block of Snappy. It begins with the number of decoded bytes, in groups of seven bits, low ones first,
// of which all but the last have their top bit set; elements follow, all integers little-endian, the kind in
// the low two bits of the first byte:
//
//   llllll00                       l + 1 literal bytes follow, l < 60
//   llllll00 length (l - 59)       with l from 60 on, length + 1 of them
//   dddlll01 dddddddd              a match of l + 4 bytes that begins d bytes back, high bits of d first
//   llllll10 distance (2)          a match of l + 1 bytes
//   llllll11 distance (4)          the same
#pragma once

#include "core/bytes.h"

namespace quarry {

// Fills `decoded` from all of `encoded`; false where the two do not fit together.
bool DecompressSnappy(ByteView encoded, MutableBytes decoded);

}  // namespace quarry
