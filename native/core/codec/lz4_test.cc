#include "core/codec/lz4.h"

#include <algorithm>

#include "core/codec/codec_test_kit.h"

namespace quarry {
namespace {

using test::Bytes;

TEST(Lz4, ComesBackAtEverySizeAndAcceleration) {
  Workspace workspace;
  for (const int acceleration : {-3, 1, 10, 1'000'000}) {
    const auto codec = MakeLz4Codec(acceleration);
    for (const size_t size : test::TellingSizes(4)) {
      test::ExpectRoundTrip(*codec, test::BookLikeBytes(size, 1), workspace);
      test::ExpectRoundTrip(*codec, test::RandomBytes(size, 2), workspace);
    }
  }
}

TEST(Lz4, PutsTheDecodedSizeInFront) {
  Workspace workspace;
  const Bytes encoded = test::Encoded(*MakeLz4Codec(1), Bytes(1000), workspace);
  EXPECT_EQ(LoadLittleEndian<uint32_t>(encoded.data()), 1000u);
}

TEST(Lz4, ReadsWhatNumcodecsWrote) {
  // numcodecs.LZ4().encode(np.arange(8, dtype="i4").tobytes() * 3)
  const Bytes encoded = test::FromHex(
      "60000000 f00e0000000001000000020000000300000004000000050000000600000007 1d000f2000 27500007000000");
  Workspace workspace;
  std::vector<int32_t> items;
  for (int i = 0; i < 24; ++i) items.push_back(i % 8);
  const auto decoded = test::Decoded(*MakeLz4Codec(1), encoded, 96, workspace);
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(test::ItemsOf<int32_t>(*decoded), items);
}

TEST(Lz4, DecodesAnyFrontAsTheWhole) {
  Workspace workspace;
  const auto codec = MakeLz4Codec(1);
  const Bytes book = test::BookLikeBytes(10'000, 1);
  const Bytes encoded = test::Encoded(*codec, book, workspace);
  for (size_t end = 0; end <= book.size(); end += 250) {
    Bytes decoded(book.size());
    ASSERT_TRUE(codec->DecodeRange(encoded, decoded, end / 2, end, workspace).has_value());
    EXPECT_TRUE(
        std::equal(decoded.begin(), decoded.begin() + static_cast<std::ptrdiff_t>(end), book.begin()));
  }
  Bytes larger(book.size() + 1);
  const FaultOr<ByteRange> refused = codec->DecodeRange(encoded, larger, 0, 10, workspace);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().reason, FaultReason::kLengthMismatch);
}

TEST(Lz4, RefusesEveryTruncation) {
  Workspace workspace;
  const auto codec = MakeLz4Codec(1);
  const Bytes encoded = test::Encoded(*codec, test::BookLikeBytes(1000, 1), workspace);
  test::ExpectEveryTruncationRefused(*codec, encoded, 1000);
  test::ExpectFault(FaultReason::kTruncated, *codec, {}, 1000);
}

TEST(Lz4, SurvivesEveryFlippedBit) {
  Workspace workspace;
  const auto codec = MakeLz4Codec(1);
  const Bytes encoded = test::Encoded(*codec, test::BookLikeBytes(1000, 1), workspace);
  // There is no checksum, so a flipped literal passes; a flipped size does not.
  EXPECT_GE(test::FlipEveryBit(*codec, encoded, 1000), 32u);
}

TEST(Lz4, RefusesASizeThatIsNotTheContents) {
  Workspace workspace;
  const auto codec = MakeLz4Codec(1);
  Bytes encoded = test::Encoded(*codec, Bytes(1000), workspace);
  StoreLittleEndian<uint32_t>(encoded.data(), 1001);
  test::ExpectFault(FaultReason::kLengthMismatch, *codec, encoded, 2000);
  test::ExpectFault(FaultReason::kTooLarge, *codec, encoded, 1000);
  StoreLittleEndian<uint32_t>(encoded.data(), 0xFFFFFFFF);
  test::ExpectFault(FaultReason::kTooLarge, *codec, encoded, 1000);
}

}  // namespace
}  // namespace quarry
