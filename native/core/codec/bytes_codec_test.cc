#include "core/codec/bytes_codec.h"

#include "core/codec/codec_test_kit.h"

namespace quarry {
namespace {

using test::Bytes;

TEST(BytesCodec, LeavesLittleEndianItemsAsTheyAre) {
  Workspace workspace;
  const Bytes bytes = test::FromHex("0102030405060708");
  for (const size_t item_bytes : {1, 2, 4, 8}) {
    EXPECT_EQ(test::Encoded(*MakeBytesCodec(false, item_bytes), bytes, workspace), bytes);
  }
}

TEST(BytesCodec, ReversesEachItemForBigEndian) {
  Workspace workspace;
  const Bytes bytes = test::FromHex("0102030405060708");
  EXPECT_EQ(test::Encoded(*MakeBytesCodec(true, 1), bytes, workspace), bytes);
  EXPECT_EQ(test::Encoded(*MakeBytesCodec(true, 2), bytes, workspace), test::FromHex("0201040306050807"));
  EXPECT_EQ(test::Encoded(*MakeBytesCodec(true, 4), bytes, workspace), test::FromHex("0403020108070605"));
  EXPECT_EQ(test::Encoded(*MakeBytesCodec(true, 8), bytes, workspace), test::FromHex("0807060504030201"));
}

TEST(BytesCodec, SaysWhereItChangesNothing) {
  EXPECT_TRUE(MakeBytesCodec(false, 4)->IsIdentity());
  EXPECT_TRUE(MakeBytesCodec(true, 1)->IsIdentity());
  EXPECT_FALSE(MakeBytesCodec(true, 4)->IsIdentity());
}

TEST(BytesCodec, ComesBackAtEverySize) {
  Workspace workspace;
  for (const bool big_endian : {false, true}) {
    for (const size_t item_bytes : {1, 2, 4, 8}) {
      const auto codec = MakeBytesCodec(big_endian, item_bytes);
      for (const size_t size : test::TellingSizes(item_bytes)) {
        test::ExpectRoundTrip(*codec, test::RandomBytes(size, 1), workspace);
      }
    }
  }
}

TEST(BytesCodec, RefusesAPartOfAnItemAndMoreThanFits) {
  const auto codec = MakeBytesCodec(true, 4);
  test::ExpectFault(FaultReason::kLengthMismatch, *codec, Bytes(7), 8);
  test::ExpectFault(FaultReason::kTooLarge, *codec, Bytes(12), 8);
}

TEST(BytesCodec, IsNotMadeForOtherItemSizes) { EXPECT_EQ(MakeBytesCodec(false, 3), nullptr); }

}  // namespace
}  // namespace quarry
