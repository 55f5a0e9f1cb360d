// Bit shuffle: the bits of equal weight of all items stand together. Of `items` items, bit b of byte j of
// item i moves to bit i mod 8 of byte (8j + b)·(items / 8) + i / 8: row 8j + b holds one bit of every item.
//
// It is made of three passes, and undone by their inverses from last to first:
//   1. byte shuffle, which gives a stream for each byte j;
//   2. in every stream, the 8 × 8 bits of each 8 bytes transposed, so that byte b holds bit b of eight items;
//   3. byte shuffle of each stream as items of 8 bytes, which gives a row for each bit.
//
// `items` is a multiple of 8. `from`, `to` and `scratch` hold items · item_bytes bytes and do not overlap.
#pragma once

#include <cstddef>

namespace quarry {

void Bitshuffle(const std::byte* from, std::byte* to, std::byte* scratch, size_t items, size_t item_bytes);
void Bitunshuffle(const std::byte* from, std::byte* to, std::byte* scratch, size_t items, size_t item_bytes);

// Pass 2 on `bytes` bytes, a multiple of 8, in place; its own inverse. The portable variant is the
// definition.
void TransposeBits(std::byte* at, size_t bytes);
void TransposeBitsPortable(std::byte* at, size_t bytes);

}  // namespace quarry
