#include "core/codec/bytes_codec.h"

#include "core/codec/codec_test_kit.h"

namespace quarry {
namespace {

using test::Bytes;

DataType Number(uint32_t item_bytes) { return {DataKind::kUint, item_bytes}; }
DataType Opaque(uint32_t item_bytes, uint32_t unit_bytes) {
  return {DataKind::kOpaque, item_bytes, unit_bytes};
}

TEST(BytesCodec, LeavesLittleEndianItemsAsTheyAre) {
  Workspace workspace;
  const Bytes bytes = test::FromHex("0102030405060708");
  for (const uint32_t item_bytes : {1, 2, 4, 8}) {
    EXPECT_EQ(test::Encoded(*MakeBytesCodec(false, Number(item_bytes)), bytes, workspace), bytes);
  }
}

TEST(BytesCodec, ReversesEachItemForBigEndian) {
  Workspace workspace;
  const Bytes bytes = test::FromHex("0102030405060708");
  EXPECT_EQ(test::Encoded(*MakeBytesCodec(true, Number(1)), bytes, workspace), bytes);
  EXPECT_EQ(test::Encoded(*MakeBytesCodec(true, Number(2)), bytes, workspace),
            test::FromHex("0201040306050807"));
  EXPECT_EQ(test::Encoded(*MakeBytesCodec(true, Number(4)), bytes, workspace),
            test::FromHex("0403020108070605"));
  EXPECT_EQ(test::Encoded(*MakeBytesCodec(true, Number(8)), bytes, workspace),
            test::FromHex("0807060504030201"));
}

TEST(BytesCodec, ReversesEachUnitOfAnOpaqueItem) {
  Workspace workspace;
  const Bytes bytes = test::FromHex("0102030405060708 1112131415161718");
  EXPECT_EQ(test::Encoded(*MakeBytesCodec(true, Opaque(8, 4)), bytes, workspace),
            test::FromHex("0403020108070605 1413121118171615"));
  EXPECT_EQ(test::Encoded(*MakeBytesCodec(true, Opaque(16, 8)), bytes, workspace),
            test::FromHex("0807060504030201 1817161514131211"));
  EXPECT_EQ(test::Encoded(*MakeBytesCodec(true, Opaque(8, 1)), bytes, workspace), bytes);
}

TEST(BytesCodec, SaysWhereItChangesNothing) {
  EXPECT_TRUE(MakeBytesCodec(false, Number(4))->IsIdentity());
  EXPECT_TRUE(MakeBytesCodec(true, Number(1))->IsIdentity());
  EXPECT_TRUE(MakeBytesCodec(true, Opaque(3, 1))->IsIdentity());
  EXPECT_FALSE(MakeBytesCodec(true, Number(4))->IsIdentity());
  EXPECT_FALSE(MakeBytesCodec(true, Opaque(28, 4))->IsIdentity());
}

TEST(BytesCodec, ComesBackAtEverySize) {
  Workspace workspace;
  for (const bool big_endian : {false, true}) {
    for (const DataType type : {Number(1), Number(2), Number(4), Number(8), Opaque(3, 1), Opaque(12, 4),
                                Opaque(16, 8), Opaque(28, 4), Opaque(300, 2)}) {
      const auto codec = MakeBytesCodec(big_endian, type);
      for (const size_t size : test::TellingSizes(type.item_bytes)) {
        test::ExpectRoundTrip(*codec, test::RandomBytes(size, 1), workspace);
      }
    }
  }
}

TEST(BytesCodec, RefusesAPartOfAnItemAndMoreThanFits) {
  const auto codec = MakeBytesCodec(true, Number(4));
  test::ExpectFault(FaultReason::kLengthMismatch, *codec, Bytes(7), 8);
  test::ExpectFault(FaultReason::kTooLarge, *codec, Bytes(12), 8);
  test::ExpectFault(FaultReason::kLengthMismatch, *MakeBytesCodec(true, Opaque(12, 4)), Bytes(16), 24);
}

TEST(BytesCodec, IsNotMadeForUnitsThatDoNotMakeAnItem) {
  EXPECT_EQ(MakeBytesCodec(false, Number(3)), nullptr);
  EXPECT_EQ(MakeBytesCodec(false, Opaque(12, 8)), nullptr);
  EXPECT_EQ(MakeBytesCodec(false, Opaque(0, 1)), nullptr);
}

}  // namespace
}  // namespace quarry
