#include "core/codec/zstd.h"

#include <zstd.h>

#include "core/codec/codec_test_kit.h"

namespace quarry {
namespace {

using test::Bytes;

Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

// A frame as streaming encoders write it: without the content size in its header.
Bytes FrameOfUnknownSize(const Bytes& content) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  Bytes frame(ZSTD_compressBound(content.size()));
  frame.resize(ZSTD_compress2(context, frame.data(), frame.size(), content.data(), content.size()));
  ZSTD_freeCCtx(context);
  return frame;
}

TEST(Zstd, ComesBackAtEverySizeAndLevel) {
  Workspace workspace;
  for (const int level : {-7, 0, 1, 3, 9}) {
    for (const bool checksum : {false, true}) {
      const auto codec = MakeZstdCodec(level, checksum);
      for (const size_t size : test::TellingSizes(4)) {
        test::ExpectRoundTrip(*codec, test::BookLikeBytes(size, 1), workspace);
      }
      test::ExpectRoundTrip(*codec, test::RandomBytes(100'001, 5), workspace);
    }
  }
  test::ExpectRoundTrip(*MakeZstdCodec(22, true), test::BookLikeBytes(50'000, 1), workspace);
}

TEST(Zstd, WritesTheContentSize) {
  Workspace workspace;
  const Bytes encoded = test::Encoded(*MakeZstdCodec(3, false), test::BookLikeBytes(5000, 1), workspace);
  EXPECT_EQ(ZSTD_getFrameContentSize(encoded.data(), encoded.size()), 5000u);
}

TEST(Zstd, RefusesEveryTruncation) {
  Workspace workspace;
  for (const bool checksum : {false, true}) {
    const auto codec = MakeZstdCodec(3, checksum);
    const Bytes encoded = test::Encoded(*codec, test::BookLikeBytes(1000, 1), workspace);
    test::ExpectEveryTruncationRefused(*codec, encoded, 1000);
    test::ExpectFault(FaultReason::kTruncated, *codec, Bytes(encoded.begin(), encoded.end() - 1), 1000);
  }
}

TEST(Zstd, SurvivesEveryFlippedBit) {
  Workspace workspace;
  const auto codec = MakeZstdCodec(3, true);
  const Bytes encoded = test::Encoded(*codec, test::BookLikeBytes(1000, 1), workspace);
  // Flips that change no decoded byte (the unused bits of the header, an alternative coding) may pass.
  EXPECT_GT(test::FlipEveryBit(*codec, encoded, 1000), encoded.size() * 7);
}

TEST(Zstd, NamesTheStoredAndTheComputedChecksumOfTheFrameThatIsWrong) {
  Workspace workspace;
  const auto codec = MakeZstdCodec(3, true);
  const Bytes good = test::Encoded(*codec, test::BookLikeBytes(1000, 1), workspace);
  const auto computed = LoadLittleEndian<uint32_t>(good.data() + good.size() - 4);
  Bytes wrong = good;
  wrong.back() ^= std::byte{1};
  const auto decoded = test::Decoded(*codec, FrameOfUnknownSize(Bytes(50)) + wrong + good, 2050, workspace);
  ASSERT_FALSE(decoded.has_value());
  EXPECT_EQ(decoded.error().reason, FaultReason::kChecksumMismatch);
  EXPECT_EQ(decoded.error().expected, computed ^ 0x01000000u);
  EXPECT_EQ(decoded.error().actual, computed);
  // Checksums are looked at again afterwards.
  test::ExpectFault(FaultReason::kChecksumMismatch, *codec, wrong, 1000);
  EXPECT_FALSE(test::Decoded(*codec, wrong, 1000, workspace).has_value());
}

TEST(Zstd, ReadsConcatenatedSkippableAndUnsizedFrames) {
  Workspace workspace;
  const auto codec = MakeZstdCodec(3, false);
  const Bytes first = test::BookLikeBytes(700, 1);
  const Bytes second = test::BookLikeBytes(900, 2);
  const Bytes skippable = test::FromHex("502a4d18 03000000 aabbcc");
  const Bytes frames = test::Encoded(*codec, first, workspace) + skippable + FrameOfUnknownSize(second);
  const auto decoded = test::Decoded(*codec, frames, 1600, workspace);
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(*decoded, first + second);
}

TEST(Zstd, RefusesWhatFollowsTheLastFrame) {
  Workspace workspace;
  const auto codec = MakeZstdCodec(3, false);
  const Bytes frame = test::Encoded(*codec, test::BookLikeBytes(1000, 1), workspace);
  test::ExpectFault(FaultReason::kTrailingBytes, *codec, frame + test::FromHex("00"), 1000);
  test::ExpectFault(FaultReason::kTrailingBytes, *codec, frame + Bytes(20), 1000);
}

TEST(Zstd, RefusesWhatIsNoFrame) {
  const auto codec = MakeZstdCodec(3, false);
  test::ExpectFault(FaultReason::kTruncated, *codec, {}, 1000);
  test::ExpectFault(FaultReason::kMalformed, *codec, Bytes(100), 1000);
}

TEST(Zstd, RefusesAFrameThatClaimsMoreThanFits) {
  // Content size 2^60 in eight bytes (frame header descriptor C0: 8-byte size, window descriptor follows).
  const auto codec = MakeZstdCodec(3, false);
  const Bytes frame = test::FromHex("28b52ffd c0 50 0000000000000010 0100 00");
  Workspace workspace;
  const auto decoded = test::Decoded(*codec, frame, 1000, workspace);
  ASSERT_FALSE(decoded.has_value());
  // Here the claim is refuted by the content, an empty block.
  EXPECT_NE(decoded.error().reason, FaultReason::kInternal);

  const Bytes larger = test::Encoded(*codec, test::BookLikeBytes(1001, 1), workspace);
  const auto too_large = test::Decoded(*codec, larger, 1000, workspace);
  ASSERT_FALSE(too_large.has_value());
  EXPECT_EQ(too_large.error().reason, FaultReason::kTooLarge);
  EXPECT_EQ(too_large.error().expected, 1000u);
  EXPECT_EQ(too_large.error().actual, 1001u);
  test::ExpectFault(FaultReason::kTooLarge, *codec, FrameOfUnknownSize(test::BookLikeBytes(1001, 1)), 1000);
}

TEST(Zstd, IsNotMadeForLevelsThatDoNotExist) {
  EXPECT_EQ(MakeZstdCodec(23, false), nullptr);
  EXPECT_EQ(MakeZstdCodec(-8, false), nullptr);
}

}  // namespace
}  // namespace quarry
