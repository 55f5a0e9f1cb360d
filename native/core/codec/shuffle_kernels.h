// Byte shuffle: of `items` items of `item_bytes` bytes each, byte j of item i moves to j·items + i, so that
// bytes of equal weight stand together. Unshuffle is the inverse.
//
//   items of 4 bytes   a0 a1 a2 a3  b0 b1 b2 b3  c0 c1 c2 c3
//   shuffled           a0 b0 c0     a1 b1 c1     a2 b2 c2     a3 b3 c3
//
// `from` and `to` hold items · item_bytes bytes and do not overlap.
#pragma once

#include <cstddef>

namespace quarry {

// The fastest variant that this processor has.
void Shuffle(const std::byte* from, std::byte* to, size_t items, size_t item_bytes);
void Unshuffle(const std::byte* from, std::byte* to, size_t items, size_t item_bytes);

// The definition, for items from `first_item` on: the vector variants leave their tail to it.
void ShuffleScalar(const std::byte* from, std::byte* to, size_t items, size_t item_bytes, size_t first_item);
void UnshuffleScalar(const std::byte* from, std::byte* to, size_t items, size_t item_bytes,
                     size_t first_item);

// These return how many items, from the first, they have done: whole groups of 32, and none of an item size
// other than 2, 4 and 8. Only for processors with AVX2.
size_t ShuffleAvx2(const std::byte* from, std::byte* to, size_t items, size_t item_bytes);
size_t UnshuffleAvx2(const std::byte* from, std::byte* to, size_t items, size_t item_bytes);

}  // namespace quarry
