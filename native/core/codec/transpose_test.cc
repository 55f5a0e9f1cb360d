#include "core/codec/transpose.h"

#include <algorithm>
#include <numeric>

#include "core/codec/codec_test_kit.h"

namespace quarry {
namespace {

using test::Bytes;

ChunkType Chunk(uint32_t item_bytes, std::vector<uint64_t> shape) {
  return {{DataKind::kOpaque, item_bytes, 1}, std::move(shape)};
}

// By the definition: one item at a time, by its coordinates.
Bytes TransposedOneByOne(const Bytes& bytes, const std::vector<uint64_t>& shape,
                         const std::vector<size_t>& order, size_t item_bytes) {
  std::vector<size_t> strides(shape.size(), item_bytes);
  for (size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  Bytes transposed(bytes.size());
  for (size_t item = 0; item < bytes.size() / item_bytes; ++item) {
    size_t from = 0;
    size_t rest = item;
    for (size_t i = order.size(); i-- > 0;) {
      from += rest % shape[order[i]] * strides[order[i]];
      rest /= shape[order[i]];
    }
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(from), item_bytes,
                transposed.begin() + static_cast<std::ptrdiff_t>(item * item_bytes));
  }
  return transposed;
}

void ExpectDefinition(const std::vector<uint64_t>& shape, const std::vector<size_t>& order) {
  size_t items = 1;
  for (const uint64_t length : shape) items *= length;
  for (const uint32_t item_bytes : {1, 2, 3, 4, 8, 12, 16, 28, 300}) {
    const auto codec = MakeTransposeCodec(order, Chunk(item_bytes, shape));
    ASSERT_NE(codec, nullptr);
    const Bytes bytes = test::RandomBytes(items * item_bytes, 6);
    Workspace workspace;
    ASSERT_EQ(test::Encoded(*codec, bytes, workspace), TransposedOneByOne(bytes, shape, order, item_bytes));
    test::ExpectRoundTrip(*codec, bytes, workspace);
  }
}

TEST(Transpose, PutsDimensionOrderOfIAtI) {
  Workspace workspace;
  const auto codec = MakeTransposeCodec({1, 0}, Chunk(1, {2, 3}));
  EXPECT_EQ(test::Encoded(*codec, test::FromHex("010203 040506"), workspace),
            test::FromHex("0104 0205 0306"));
}

TEST(Transpose, FollowsTheDefinitionForEveryOrderOfUpToFourDimensions) {
  for (const std::vector<uint64_t>& shape :
       {std::vector<uint64_t>{7}, {5, 9}, {3, 1, 17}, {4, 9, 10}, {2, 3, 5, 7}, {2, 16, 1, 24}, {3, 0, 4}}) {
    std::vector<size_t> order(shape.size());
    std::iota(order.begin(), order.end(), 0);
    do {
      ExpectDefinition(shape, order);
    } while (std::next_permutation(order.begin(), order.end()));
  }
}

TEST(Transpose, FollowsTheDefinitionAtTheEdgesOfTiles) {
  for (const uint64_t rows : {1, 7, 8, 15, 16, 17, 31, 33, 64, 65, 129}) {
    for (const uint64_t columns : {1, 3, 4, 5, 7, 8, 9, 20, 40}) ExpectDefinition({rows, columns}, {1, 0});
  }
}

TEST(Transpose, LeavesAnArrayWithoutDimensionsAlone) { ExpectDefinition({}, {}); }

TEST(Transpose, RefusesAnotherLengthThanTheChunks) {
  const auto codec = MakeTransposeCodec({1, 0}, Chunk(4, {3, 2}));
  test::ExpectFault(FaultReason::kLengthMismatch, *codec, Bytes(20), 24);
  test::ExpectFault(FaultReason::kTooLarge, *codec, Bytes(24), 20);
}

TEST(Transpose, IsNotMadeForWhatIsNoPermutation) {
  EXPECT_EQ(MakeTransposeCodec({0}, Chunk(4, {3, 2})), nullptr);
  EXPECT_EQ(MakeTransposeCodec({0, 0}, Chunk(4, {3, 2})), nullptr);
  EXPECT_EQ(MakeTransposeCodec({0, 2}, Chunk(4, {3, 2})), nullptr);
}

}  // namespace
}  // namespace quarry
