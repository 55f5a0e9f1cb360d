#include "core/codec/bitshuffle_kernels.h"

#include "core/codec/codec_test_kit.h"

namespace quarry {
namespace {

using test::Bytes;

// The sentence at the head of bitshuffle_kernels.h, bit by bit.
Bytes BitshuffledOneByOne(const Bytes& bytes, size_t items, size_t item_bytes) {
  Bytes shuffled(bytes.size());
  for (size_t i = 0; i < items; ++i) {
    for (size_t bit = 0; bit < 8 * item_bytes; ++bit) {
      const bool is_set = (bytes[i * item_bytes + bit / 8] & std::byte(1 << (bit % 8))) != std::byte{0};
      if (is_set) shuffled[bit * (items / 8) + i / 8] |= std::byte(1 << (i % 8));
    }
  }
  return shuffled;
}

TEST(Bitshuffle, MovesEachBitToItsRow) {
  for (const size_t item_bytes : {1, 2, 3, 4, 8, 16}) {
    for (const size_t items : {0, 8, 16, 64, 248, 256, 264, 1000, 4096}) {
      const Bytes bytes = test::RandomBytes(items * item_bytes, 5);
      Bytes shuffled(bytes.size()), scratch(bytes.size()), back(bytes.size());
      Bitshuffle(bytes.data(), shuffled.data(), scratch.data(), items, item_bytes);
      ASSERT_EQ(shuffled, BitshuffledOneByOne(bytes, items, item_bytes)) << items << " of " << item_bytes;
      Bitunshuffle(shuffled.data(), back.data(), scratch.data(), items, item_bytes);
      ASSERT_EQ(back, bytes) << items << " of " << item_bytes;
    }
  }
}

TEST(Bitshuffle, TransposesBitsTheSameWithVectorsAsTheDefinition) {
  for (const size_t size : {0, 8, 16, 24, 32, 40, 8000}) {
    Bytes vectors = test::RandomBytes(size, 9);
    Bytes scalars = vectors;
    TransposeBits(vectors.data(), size);
    TransposeBitsPortable(scalars.data(), size);
    EXPECT_EQ(vectors, scalars);
  }
}

}  // namespace
}  // namespace quarry
