#include "core/codec/temporal.h"

#include "core/codec/codec_test_kit.h"

namespace quarry {
namespace {

using test::Bytes;

ChunkType Chunk(DataKind kind, uint8_t item_bytes, std::vector<uint64_t> shape) {
  return {{kind, item_bytes}, std::move(shape)};
}

// Decodes as the definition says, item by item.
template <typename Bits>
std::vector<Bits> DecodedOneByOne(const std::vector<Bits>& encoded, const std::vector<uint64_t>& shape,
                                  size_t axis, bool is_xor) {
  size_t stride = 1;
  for (size_t i = axis + 1; i < shape.size(); ++i) stride *= shape[i];
  std::vector<Bits> items = encoded;
  for (size_t i = 0; i < items.size(); ++i) {
    if (i / stride % shape[axis] == 0) continue;
    const Bits before = items[i - stride];
    items[i] = static_cast<Bits>(is_xor ? encoded[i] ^ before : encoded[i] + before);
  }
  return items;
}

template <typename Bits>
void ExpectDefinition(const std::vector<uint64_t>& shape, size_t axis) {
  size_t items = 1;
  for (const uint64_t length : shape) items *= length;
  for (const auto transform : {TemporalTransform::kXor, TemporalTransform::kDelta}) {
    const auto codec = MakeTemporalCodec(transform, axis, Chunk(DataKind::kInt, sizeof(Bits), shape));
    const Bytes encoded = test::RandomBytes(items * sizeof(Bits), 3);
    Workspace workspace;
    const auto decoded = test::Decoded(*codec, encoded, encoded.size(), workspace);
    ASSERT_TRUE(decoded.has_value());
    ASSERT_EQ(test::ItemsOf<Bits>(*decoded), DecodedOneByOne(test::ItemsOf<Bits>(encoded), shape, axis,
                                                             transform == TemporalTransform::kXor));
    ASSERT_EQ(test::Encoded(*codec, *decoded, workspace), encoded);
  }
}

TEST(Temporal, XorsEachItemWithTheOneBefore) {
  Workspace workspace;
  const auto codec = MakeTemporalCodec(TemporalTransform::kXor, 0, Chunk(DataKind::kFloat, 4, {3, 2}));
  const std::vector<uint32_t> rows{0x3F800000, 0x7FC00001, 0x3F800001, 0x7FC00001, 0xBF800001, 0x00000000};
  EXPECT_EQ(test::ItemsOf<uint32_t>(test::Encoded(*codec, test::BytesOf(rows), workspace)),
            (std::vector<uint32_t>{0x3F800000, 0x7FC00001, 0x00000001, 0, 0x80000000, 0x7FC00001}));
}

TEST(Temporal, SubtractsTheItemBeforeAndWraps) {
  Workspace workspace;
  const auto codec = MakeTemporalCodec(TemporalTransform::kDelta, 1, Chunk(DataKind::kInt, 1, {2, 3}));
  const std::vector<int8_t> rows{127, -128, 0, 5, 5, 4};
  EXPECT_EQ(test::ItemsOf<int8_t>(test::Encoded(*codec, test::BytesOf(rows), workspace)),
            (std::vector<int8_t>{127, 1, -128, 5, 0, -1}));
}

TEST(Temporal, FollowsTheDefinitionForEveryWidthAndAxisAndRowLength) {
  for (size_t row = 1; row <= 20; ++row) {
    ExpectDefinition<uint8_t>({13, row}, 0);
    ExpectDefinition<uint16_t>({13, row}, 0);
    ExpectDefinition<uint32_t>({13, row}, 0);
    ExpectDefinition<uint64_t>({13, row}, 0);
    ExpectDefinition<uint32_t>({13, row}, 1);
  }
  for (size_t axis = 0; axis < 3; ++axis) {
    ExpectDefinition<uint16_t>({5, 7, 40}, axis);
    ExpectDefinition<uint32_t>({1, 1, 1}, axis);
    ExpectDefinition<uint64_t>({4, 0, 3}, axis);
  }
  ExpectDefinition<uint32_t>({4097}, 0);
}

TEST(Temporal, RefusesAnotherLengthThanTheChunks) {
  const auto codec = MakeTemporalCodec(TemporalTransform::kXor, 0, Chunk(DataKind::kInt, 4, {3, 2}));
  test::ExpectFault(FaultReason::kLengthMismatch, *codec, Bytes(20), 24);
  test::ExpectFault(FaultReason::kLengthMismatch, *codec, Bytes(28), 28);
  test::ExpectFault(FaultReason::kTooLarge, *codec, Bytes(24), 20);
}

TEST(Temporal, IsNotMadeForAMissingAxisOrDifferencesOfFloats) {
  EXPECT_EQ(MakeTemporalCodec(TemporalTransform::kXor, 2, Chunk(DataKind::kInt, 4, {3, 2})), nullptr);
  EXPECT_EQ(MakeTemporalCodec(TemporalTransform::kXor, 0, Chunk(DataKind::kInt, 4, {})), nullptr);
  EXPECT_EQ(MakeTemporalCodec(TemporalTransform::kDelta, 0, Chunk(DataKind::kFloat, 4, {3, 2})), nullptr);
  EXPECT_EQ(MakeTemporalCodec(TemporalTransform::kDelta, 0, Chunk(DataKind::kBool, 1, {3, 2})), nullptr);
  EXPECT_NE(MakeTemporalCodec(TemporalTransform::kXor, 0, Chunk(DataKind::kBool, 1, {3, 2})), nullptr);
}

}  // namespace
}  // namespace quarry
