#include "core/journal/frame_compression.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <algorithm>
#include <random>

#include "core/codec/codec_test_kit.h"

namespace quarry {
namespace {

using test::Bytes;

struct Frame {
  Bytes encoded;
  Bytes raw;
};

Bytes Compressed(FrameCompressor& compressor, const std::vector<ByteView>& pieces) {
  const auto frame = compressor.Compress(pieces);
  EXPECT_TRUE(frame.has_value());
  return frame.value_or(Bytes());
}

std::optional<Bytes> Decompressed(FrameDecompressor& decompressor, const Bytes& frame, size_t raw_bytes) {
  Bytes raw(raw_bytes, std::byte{0xA5});
  if (!decompressor.Decompress(frame, raw)) return std::nullopt;
  return raw;
}

// Frames of random lengths and pieces; every third one like a book, so that it refers to those before it.
std::vector<Frame> RandomFrames(FrameCompressor& compressor, size_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<Frame> frames;
  while (frames.size() < count) {
    Frame frame;
    std::vector<Bytes> pieces(random() % 5);
    for (Bytes& piece : pieces) {
      const size_t bytes = random() % (random() % 10 == 0 ? 300'000 : 3000);
      piece = random() % 3 == 0 ? test::RandomBytes(bytes, random()) : test::BookLikeBytes(bytes, seed);
      frame.raw.insert(frame.raw.end(), piece.begin(), piece.end());
    }
    frame.encoded = Compressed(compressor, {pieces.begin(), pieces.end()});
    frames.push_back(std::move(frame));
  }
  return frames;
}

TEST(FrameCompression, EveryFrameComesBackAsSoonAsItIsThere) {
  for (const int level : {kFrameLevelMin, 1, 3, kFrameLevelMax}) {
    for (const int window_log : {kFrameWindowLogMin, 17, kFrameWindowLogMax}) {
      SCOPED_TRACE(testing::Message() << "level " << level << ", window log " << window_log);
      const auto compressor = FrameCompressor::Make(level, window_log);
      const auto decompressor = FrameDecompressor::Make(window_log);
      ASSERT_TRUE(compressor && decompressor);
      for (const Frame& frame : RandomFrames(*compressor, 30, static_cast<uint32_t>(window_log))) {
        ASSERT_EQ(Decompressed(*decompressor, frame.encoded, frame.raw.size()), frame.raw);
      }
    }
  }
}

TEST(FrameCompression, FramesInARowAreAStreamThatZstdReads) {
  const auto compressor = FrameCompressor::Make(3, 17);
  ASSERT_TRUE(compressor);
  Bytes encoded;
  Bytes raw;
  for (const Frame& frame : RandomFrames(*compressor, 20, 1)) {
    encoded.insert(encoded.end(), frame.encoded.begin(), frame.encoded.end());
    raw.insert(raw.end(), frame.raw.begin(), frame.raw.end());
  }
  ZSTD_DCtx* context = ZSTD_createDCtx();
  Bytes decoded(raw.size() + 1);
  ZSTD_inBuffer input{encoded.data(), encoded.size(), 0};
  ZSTD_outBuffer output{decoded.data(), decoded.size(), 0};
  EXPECT_FALSE(ZSTD_isError(ZSTD_decompressStream(context, &output, &input)));
  ZSTD_freeDCtx(context);
  decoded.resize(output.pos);
  EXPECT_EQ(decoded, raw);
}

TEST(FrameCompression, AFrameOfNothingIsNoBytes) {
  const auto compressor = FrameCompressor::Make(3, 17);
  const auto decompressor = FrameDecompressor::Make(17);
  EXPECT_EQ(Compressed(*compressor, {}), Bytes());
  EXPECT_EQ(Decompressed(*decompressor, {}, 0), Bytes());
  const Bytes rows = test::BookLikeBytes(1000, 1);
  EXPECT_EQ(Decompressed(*decompressor, Compressed(*compressor, {rows}), 1000), rows);
  EXPECT_EQ(Compressed(*compressor, {ByteView(), ByteView()}), Bytes());
}

TEST(FrameCompression, PiecesAreAsOne) {
  const auto apart = FrameCompressor::Make(3, 17);
  const auto together = FrameCompressor::Make(3, 17);
  const Bytes rows = test::BookLikeBytes(500'000, 1);
  const ByteView view(rows);
  EXPECT_EQ(Compressed(*apart, {view.first(7), view.subspan(7, 300'000), view.subspan(300'007)}),
            Compressed(*together, {view}));
}

TEST(FrameCompression, AFrameProfitsFromThoseBeforeIt) {
  const auto compressor = FrameCompressor::Make(1, 17);
  const Bytes rows = test::RandomBytes(10'000, 1);
  EXPECT_GT(Compressed(*compressor, {rows}).size(), 10'000u);
  EXPECT_LT(Compressed(*compressor, {rows}).size(), 100u);
}

TEST(FrameCompression, MemoryIsBoundedByTheWindow) {
  for (const int window_log : {10, 17}) {
    const auto compressor = FrameCompressor::Make(3, window_log);
    const size_t at_first = compressor->memory_bytes();
    (void)RandomFrames(*compressor, 50, 1);
    EXPECT_EQ(compressor->memory_bytes(), at_first);
    // zstd's own state takes some 250 KiB; window, input and tables are in proportion to the window.
    EXPECT_LT(at_first, (size_t{300} << 10) + (size_t{16} << window_log)) << window_log;
  }
}

TEST(FrameCompression, RefusesAFrameThatHoldsAnotherNumberOfBytes) {
  const auto compressor = FrameCompressor::Make(3, 17);
  for (const size_t raw_bytes : {1uz, 1000uz, 131'072uz, 200'000uz}) {
    const Bytes frame = Compressed(*FrameCompressor::Make(3, 17), {test::BookLikeBytes(raw_bytes, 1)});
    for (const size_t wrong_bytes :
         {0uz, raw_bytes / 2, raw_bytes - 1, raw_bytes + 1, 2 * raw_bytes, raw_bytes + 131'072}) {
      if (wrong_bytes == raw_bytes) continue;
      const auto decompressor = FrameDecompressor::Make(17);
      EXPECT_FALSE(Decompressed(*decompressor, frame, wrong_bytes)) << wrong_bytes << " for " << raw_bytes;
    }
  }
}

TEST(FrameCompression, RefusesEveryTruncationAndWhatFollows) {
  const auto compressor = FrameCompressor::Make(3, 17);
  const Bytes first = Compressed(*compressor, {test::BookLikeBytes(1500, 1)});
  const Bytes second = Compressed(*compressor, {test::BookLikeBytes(2500, 2)});
  for (size_t size = 0; size < second.size(); ++size) {
    const auto decompressor = FrameDecompressor::Make(17);
    ASSERT_TRUE(Decompressed(*decompressor, first, 1500));
    EXPECT_FALSE(Decompressed(*decompressor, Bytes(second.begin(), second.begin() + size), 2500)) << size;
  }
  for (const char* behind : {"00", "0000", "01", "010000", "030000", "502a4d18 00000000"}) {
    const auto decompressor = FrameDecompressor::Make(17);
    Bytes longer = first;
    const Bytes more = test::FromHex(behind);
    longer.insert(longer.end(), more.begin(), more.end());
    EXPECT_FALSE(Decompressed(*decompressor, longer, 1500)) << behind;
  }
}

TEST(FrameCompression, RefusesWhatIsNotTheStreamOfACompressor) {
  const Bytes rows = test::BookLikeBytes(1000, 1);
  Bytes whole(ZSTD_compressBound(rows.size()));
  whole.resize(ZSTD_compress(whole.data(), whole.size(), rows.data(), rows.size(), 3));
  EXPECT_FALSE(Decompressed(*FrameDecompressor::Make(17), whole, 1000)) << "a frame that ends";
  const Bytes wide = Compressed(*FrameCompressor::Make(3, 20), {rows});
  EXPECT_FALSE(Decompressed(*FrameDecompressor::Make(19), wide, 1000)) << "a window above the bound";
  EXPECT_TRUE(Decompressed(*FrameDecompressor::Make(20), wide, 1000));
}

TEST(FrameCompression, AdmitsNoMoreThanBlocksCanHold) {
  EXPECT_TRUE(FrameDecompressor::Make(17)->Admits(0, 0));
  EXPECT_TRUE(FrameDecompressor::Make(17)->Admits(8, 262'144));
  EXPECT_FALSE(FrameDecompressor::Make(17)->Admits(8, 262'145));
  EXPECT_FALSE(FrameDecompressor::Make(17)->Admits(100, SIZE_MAX));
  EXPECT_FALSE(FrameDecompressor::Make(17)->Admits(0, 1));
  EXPECT_FALSE(FrameDecompressor::Make(17)->Admits(8, 0));
  // The best that zstd itself can do is admitted.
  const Bytes zeros(size_t{32} << 20);
  const Bytes frame = Compressed(*FrameCompressor::Make(19, 23), {zeros});
  EXPECT_EQ(Decompressed(*FrameDecompressor::Make(23), frame, zeros.size()), zeros);
}

TEST(FrameCompression, NothingComesAfterADamagedFrame) {
  const auto compressor = FrameCompressor::Make(3, 17);
  const std::vector<Frame> frames = RandomFrames(*compressor, 10, 2);
  const auto decompressor = FrameDecompressor::Make(17);
  EXPECT_FALSE(decompressor->Admits(4, SIZE_MAX));
  for (const Frame& frame : frames) {
    EXPECT_FALSE(Decompressed(*decompressor, frame.encoded, frame.raw.size()));
  }
}

// The sanitizers watch over what is read and written meanwhile.
TEST(FrameCompression, SurvivesFlippedBitsAndRandomBytes) {
  const auto compressor = FrameCompressor::Make(3, 12);
  const Bytes first = Compressed(*compressor, {test::BookLikeBytes(1000, 1)});
  const Bytes second = Compressed(*compressor, {test::BookLikeBytes(1200, 2)});
  size_t refused = 0;
  for (size_t bit = 0; bit < second.size() * 8; ++bit) {
    const auto decompressor = FrameDecompressor::Make(12);
    ASSERT_TRUE(Decompressed(*decompressor, first, 1000));
    Bytes flipped = second;
    flipped[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
    if (!Decompressed(*decompressor, flipped, 1200)) ++refused;
  }
  // What passes decodes to other rows: the journal's own checksum is there to see that.
  EXPECT_GT(refused, second.size());
  for (uint32_t seed = 0; seed < 2000; ++seed) {
    const auto decompressor = FrameDecompressor::Make(12);
    ASSERT_TRUE(Decompressed(*decompressor, first, 1000));
    EXPECT_FALSE(Decompressed(*decompressor, test::RandomBytes(1 + seed % 300, seed), 200'000)) << seed;
  }
}

}  // namespace
}  // namespace quarry
