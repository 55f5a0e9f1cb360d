#include "core/codec/shuffle.h"

#include "core/codec/codec_test_kit.h"
#include "core/codec/shuffle_kernels.h"

namespace quarry {
namespace {

using test::Bytes;

TEST(Shuffle, BringsBytesOfEqualWeightTogether) {
  Workspace workspace;
  EXPECT_EQ(test::Encoded(*MakeShuffleCodec(4), test::FromHex("a0a1a2a3 b0b1b2b3 c0c1c2c3"), workspace),
            test::FromHex("a0b0c0 a1b1c1 a2b2c2 a3b3c3"));
}

TEST(Shuffle, GivesTheSameWithVectorsAsTheDefinition) {
  for (const size_t item_bytes : {1, 2, 3, 4, 5, 7, 8, 12, 16, 17}) {
    for (const size_t size : test::TellingSizes(item_bytes)) {
      const size_t items = size / item_bytes;
      const Bytes bytes = test::RandomBytes(size, 11);
      Bytes vectors(size), scalars(size);
      Shuffle(bytes.data(), vectors.data(), items, item_bytes);
      ShuffleScalar(bytes.data(), scalars.data(), items, item_bytes, 0);
      ASSERT_EQ(vectors, scalars) << items << " items of " << item_bytes;
      Unshuffle(bytes.data(), vectors.data(), items, item_bytes);
      UnshuffleScalar(bytes.data(), scalars.data(), items, item_bytes, 0);
      ASSERT_EQ(vectors, scalars) << items << " items of " << item_bytes;
    }
  }
}

TEST(Shuffle, ComesBackAtEverySize) {
  Workspace workspace;
  for (const size_t item_bytes : {1, 2, 3, 4, 8, 16}) {
    const auto codec = MakeShuffleCodec(item_bytes);
    for (const size_t size : test::TellingSizes(item_bytes)) {
      test::ExpectRoundTrip(*codec, test::RandomBytes(size, 1), workspace);
    }
  }
}

TEST(Shuffle, RefusesAPartOfAnItemInBothDirections) {
  const auto codec = MakeShuffleCodec(4);
  Workspace workspace;
  Bytes target(16);
  const auto encoded = codec->Encode(Bytes(10), target, workspace);
  ASSERT_FALSE(encoded.has_value());
  EXPECT_EQ(encoded.error().reason, FaultReason::kMalformed);
  test::ExpectFault(FaultReason::kMalformed, *codec, Bytes(10), 16);
  test::ExpectFault(FaultReason::kTooLarge, *codec, Bytes(20), 16);
}

TEST(Shuffle, LeavesItemsOfNoOrOneByteAsTheyAre) {
  Workspace workspace;
  for (const size_t item_bytes : {0, 1}) {
    const auto codec = MakeShuffleCodec(item_bytes);
    EXPECT_TRUE(codec->IsIdentity());
    EXPECT_EQ(test::Encoded(*codec, test::FromHex("010203"), workspace), test::FromHex("010203"));
  }
}

}  // namespace
}  // namespace quarry
