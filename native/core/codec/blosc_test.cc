#include "core/codec/blosc.h"

#include <algorithm>

#include "core/codec/blosc_block.h"
#include "core/codec/codec_test_kit.h"

namespace quarry {
namespace {

using test::Bytes;

constexpr BloscCompressor kCompressors[] = {BloscCompressor::kLz4, BloscCompressor::kLz4hc,
                                            BloscCompressor::kZlib, BloscCompressor::kZstd};
constexpr BloscFilter kFilters[] = {BloscFilter::kNone, BloscFilter::kShuffle, BloscFilter::kBitshuffle};

// Frames that numcodecs 0.16.6 (c-blosc 1.21) wrote of items = (np.arange(640) // 32).astype("i4").tobytes().

// Blosc(cname="lz4", clevel=5, shuffle=1, blocksize=0, typesize=4).encode(items[:2560])
constexpr std::string_view kLz4Split =
    "02012104000a0000000a0000b5000000140000006a0000001f0001000c1f0101000c1f0201000c1f0301000c1f0401000c1f"
    "0501000c1f0601000c1f0701000c1f0801000c1f0901000c1f0a01000c1f0b01000c1f0c01000c1f0d01000c1f0e01000c1f"
    "0f01000c1f1001000c1f1101000c1f1201000c1f130100075013131313130d0000001f000100ffff695000000000000d0000"
    "001f000100ffff695000000000000d0000001f000100ffff69500000000000";
// Blosc(cname="lz4hc", clevel=9, shuffle=2, blocksize=0, typesize=4).encode(items[:2560])
constexpr std::string_view kLz4hcBitshuffle =
    "02012404000a0000000a00008100000014000000360000008f00000000ffffffff080039040c000f1000390c18000f200025"
    "0f01000d0c40000e50000f01002b0fb0000e0f0100d75000000000000d0000001f000100ffff695000000000000d0000001f"
    "000100ffff695000000000000d0000001f000100ffff69500000000000";
// Blosc(cname="blosclz", clevel=5, shuffle=1, blocksize=0, typesize=4).encode(items[:2560])
constexpr std::string_view kBlosclzSplit =
    "02010104000a0000000a0000cc000000140000007e0000002300000000e01203010001e01500010102e01500010203e01500"
    "010304e01500010405e01500010506e01500010607e01500010708e01500010809e0150001090ae01500010a0be01500010b"
    "0ce01500010c0de01500010d0ee01500010e0fe01500010f10e01500011011e01500011112e01500011213e0130002131313"
    "0e0000002300000000e0ffff7203020000000e0000002300000000e0ffff7203020000000e0000002300000000e0ffff7203"
    "02000000";
// Blosc(cname="blosclz", clevel=9, shuffle=2, blocksize=0, typesize=4).encode(items[:2560])
constexpr std::string_view kBlosclzBitshuffle =
    "02010404000a0000000a00009400000014000000460000002700000000ffffffffe04207050000000000ff800001ff008000"
    "e0370fc000c047c001c05fc000e0171fe01700e0073fe00701e0076fe03700e0076fe0475fe09500020000000e0000002300"
    "000000e0ffff7203020000000e0000002300000000e0ffff7203020000000e0000002300000000e0ffff720302000000";
// Blosc(cname="zlib", clevel=6, shuffle=1, blocksize=0, typesize=2).encode(items[:2560])
constexpr std::string_view kZlibSplit =
    "02016102000a0000000a0000620000001400000034000000789ca5c18101801000003052210af5ffaf1db12d0413f18613de"
    "f1814f9c71c1155fb8e18e6ffce081275ef8c51ffe01b6fa17c112000000789c63601805a360148c8291090005000001";
// Blosc(cname="zstd", clevel=2, shuffle=1, blocksize=1000, typesize=4).encode(items[:2560])
constexpr std::string_view kZstdBlocks =
    "02019104000a0000e8030000940000001c00000046000000720000002600000028b52ffd60e802e500005000000102030405"
    "060700091000ea2a59ae618d34d7b0469a2b62012800000028b52ffd60e802f5000058070708090a0b0c0d0e0f000a1000ea"
    "2a49ae618d34d7b0469a6b16b4011e00000028b52ffd603001a50000380f0f1011121300061000a0aa34d7b046daddb0";
// Blosc(cname="zstd", clevel=2, shuffle=2, blocksize=0, typesize=8).encode(items[:2560])
constexpr std::string_view kZstdBitshuffleUnsplit =
    "02019408000a0000000a000074000000140000005c00000028b52ffd600009950200200000ffff2820408351e0e60df04353"
    "0420208222301200c05ed824020c600898c02821609c95e13f4978a01f9a184120b0643803c02141c00009486026d0401910"
    "2040c0808001030c7805240bc09f4a04";
// Blosc(cname="lz4", clevel=5, shuffle=1, blocksize=1000, typesize=4).encode(items[:2503])
constexpr std::string_view kLz4LastBlockShorter =
    "02012104c7090000c4090000bf00000018000000b8000000690000001f0001000c1f0101000c1f0201000c1f0301000c1f04"
    "01000c1f0501000c1f0601000c1f0701000c1f0801000c1f0901000c1f0a01000c1f0b01000c1f0c01000c1f0d01000c1f0e"
    "01000c1f0f01000c1f1001000c1f1101000c1f1201000c171301005013131313130d0000001f000100ffff5a500000000000"
    "0d0000001f000100ffff5a5000000000000d0000001f000100ffff5a50000000000003000000130000";

Bytes GoldenItems(size_t size) {
  std::vector<int32_t> items;
  for (int32_t i = 0; i < 640; ++i) items.push_back(i / 32);
  Bytes bytes = test::BytesOf(items);
  bytes.resize(size);
  return bytes;
}

std::unique_ptr<const Codec> AnyBlosc() {
  return MakeBloscCodec({BloscCompressor::kZstd, 5, BloscFilter::kShuffle, 4, 0});
}

Bytes ZstdFrame(const Bytes& content, size_t block_bytes) {
  Workspace workspace;
  return test::Encoded(*MakeBloscCodec({BloscCompressor::kZstd, 2, BloscFilter::kShuffle, 4, block_bytes}),
                       content, workspace);
}

Bytes WithWord(Bytes frame, size_t offset, uint32_t word) {
  StoreLittleEndian(frame.data() + offset, word);
  return frame;
}

Bytes WithByte(Bytes frame, size_t offset, int byte) {
  frame[offset] = static_cast<std::byte>(byte);
  return frame;
}

TEST(Blosc, ReadsWhatCBloscWrote) {
  Workspace workspace;
  for (const auto& [hex, size] :
       std::initializer_list<std::pair<std::string_view, size_t>>{{kLz4Split, 2560},
                                                                  {kLz4hcBitshuffle, 2560},
                                                                  {kBlosclzSplit, 2560},
                                                                  {kBlosclzBitshuffle, 2560},
                                                                  {kZlibSplit, 2560},
                                                                  {kZstdBlocks, 2560},
                                                                  {kZstdBitshuffleUnsplit, 2560},
                                                                  {kLz4LastBlockShorter, 2503}}) {
    const auto decoded = test::Decoded(*AnyBlosc(), test::FromHex(hex), size, workspace);
    ASSERT_TRUE(decoded.has_value()) << hex;
    EXPECT_EQ(*decoded, GoldenItems(size)) << hex;
  }
}

TEST(Blosc, LaysFramesOutAsCBlosc) {
  // Streams depend on the release of the compressor; header and table do not.
  Workspace workspace;
  const Bytes items = GoldenItems(2560);
  EXPECT_EQ(test::Encoded(*MakeBloscCodec({BloscCompressor::kLz4, 5, BloscFilter::kShuffle, 4, 0}), items,
                          workspace),
            test::FromHex(kLz4Split));
  const Bytes blocks = ZstdFrame(items, 1000);
  const Bytes golden = test::FromHex(kZstdBlocks);
  EXPECT_TRUE(std::equal(blocks.begin(), blocks.begin() + 12, golden.begin()));
  EXPECT_EQ(LoadLittleEndian<uint32_t>(blocks.data() + 16), 16u + 3 * 4u);
}

TEST(Blosc, ComesBackWithEverySettingAndSize) {
  Workspace workspace;
  for (const BloscCompressor compressor : kCompressors) {
    for (const BloscFilter filter : kFilters) {
      for (const size_t item_bytes : {1, 2, 3, 4, 8, 16, 17, 255}) {
        for (const int level : {0, 1, 5}) {
          const auto codec = MakeBloscCodec({compressor, level, filter, item_bytes, 0});
          for (const size_t size : {0, 1, 3, 4, 127, 128, 129, 255, 1000, 4096, 32767, 70'001}) {
            test::ExpectRoundTrip(*codec, test::BookLikeBytes(size, 1), workspace);
            test::ExpectRoundTrip(*codec, test::RandomBytes(size, 2), workspace);
          }
        }
      }
    }
  }
}

TEST(Blosc, ComesBackAtEveryLevelAndBlockSize) {
  Workspace workspace;
  const Bytes book = test::BookLikeBytes(300'007, 1);
  for (const BloscCompressor compressor : kCompressors) {
    for (int level = 0; level <= 9; ++level) {
      test::ExpectRoundTrip(*MakeBloscCodec({compressor, level, BloscFilter::kShuffle, 4, 0}), book,
                            workspace);
    }
    for (const size_t block_bytes : {1, 128, 130, 1000, 65'536, 300'007, 2'000'000}) {
      for (const BloscFilter filter : kFilters) {
        test::ExpectRoundTrip(*MakeBloscCodec({compressor, 3, filter, 4, block_bytes}), book, workspace);
      }
    }
  }
}

TEST(Blosc, IsNeverMuchLargerThanItsContent) {
  Workspace workspace;
  for (const BloscCompressor compressor : kCompressors) {
    const auto codec = MakeBloscCodec({compressor, 5, BloscFilter::kShuffle, 4, 0});
    EXPECT_EQ(test::Encoded(*codec, test::RandomBytes(200'000, 1), workspace).size(), 200'016u);
  }
}

TEST(Blosc, DecodesEachBlockAlone) {
  Workspace workspace;
  const Bytes book = test::BookLikeBytes(300'007, 1);
  for (const BloscCompressor compressor : kCompressors) {
    for (const BloscFilter filter : kFilters) {
      const auto codec = MakeBloscCodec({compressor, 2, filter, 4, 70'000});
      const Bytes encoded = test::Encoded(*codec, book, workspace);
      const FaultOr<BloscFrame> frame = BloscFrame::Parse(encoded, book.size());
      ASSERT_TRUE(frame.has_value());
      const BloscHeader& header = frame->header();
      ASSERT_GT(header.BlockCount(), 1u);
      for (size_t block = header.BlockCount(); block-- > 0;) {
        Bytes decoded(header.BlockBytes(block));
        ASSERT_TRUE(DecodeBloscBlock(*frame, block, decoded, workspace).has_value());
        EXPECT_TRUE(std::equal(decoded.begin(), decoded.end(),
                               book.begin() + static_cast<std::ptrdiff_t>(block * header.block_bytes)));
      }
    }
  }
}

TEST(Blosc, DecodesAnyRangeAsTheWhole) {
  Workspace workspace;
  std::mt19937 random(1);
  const Bytes book = test::BookLikeBytes(200'008, 1);
  for (const BloscCompressor compressor : kCompressors) {
    for (const BloscFilter filter : kFilters) {
      for (const size_t item_bytes : {1, 3, 4, 8}) {
        const auto codec = MakeBloscCodec({compressor, 2, filter, item_bytes, 48'000});
        const Bytes encoded = test::Encoded(*codec, book, workspace);
        for (int attempt = 0; attempt < 20; ++attempt) {
          const size_t end = random() % (book.size() + 1);
          const size_t begin = random() % (end + 1);
          Bytes decoded(book.size());
          const FaultOr<ByteRange> range = codec->DecodeRange(encoded, decoded, begin, end, workspace);
          ASSERT_TRUE(range.has_value());
          EXPECT_TRUE(range->Contains({begin, end}));
          EXPECT_TRUE(std::equal(decoded.begin() + static_cast<std::ptrdiff_t>(begin),
                                 decoded.begin() + static_cast<std::ptrdiff_t>(end),
                                 book.begin() + static_cast<std::ptrdiff_t>(begin)))
              << begin << " to " << end << ", items of " << item_bytes;
        }
      }
    }
  }
}

TEST(Blosc, ReadsBlocksInAnyOrder) {
  // c-blosc with several threads writes blocks as they get ready.
  Bytes frame = ZstdFrame(GoldenItems(2000), 1000);
  const size_t first = LoadLittleEndian<uint32_t>(frame.data() + 16);
  const size_t second = LoadLittleEndian<uint32_t>(frame.data() + 20);
  const auto at = [&frame](size_t offset) { return frame.begin() + static_cast<std::ptrdiff_t>(offset); };
  std::rotate(at(first), at(second), frame.end());
  StoreLittleEndian(frame.data() + 20, static_cast<uint32_t>(first));
  StoreLittleEndian(frame.data() + 16, static_cast<uint32_t>(first + frame.size() - second));
  Workspace workspace;
  const auto decoded = test::Decoded(*AnyBlosc(), frame, 2000, workspace);
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(*decoded, GoldenItems(2000));
}

TEST(Blosc, RefusesEveryTruncation) {
  for (const std::string_view hex :
       {kLz4Split, kLz4hcBitshuffle, kZlibSplit, kZstdBlocks, kLz4LastBlockShorter}) {
    test::ExpectEveryTruncationRefused(*AnyBlosc(), test::FromHex(hex), 2560);
  }
  test::ExpectFault(FaultReason::kTruncated, *AnyBlosc(), Bytes(15), 100);
}

TEST(Blosc, SurvivesEveryFlippedBit) {
  for (const std::string_view hex :
       {kLz4Split, kLz4hcBitshuffle, kZlibSplit, kZstdBlocks, kZstdBitshuffleUnsplit, kLz4LastBlockShorter}) {
    // The frame has no checksum, so flips of literals pass; those of lengths and offsets do not.
    EXPECT_GT(test::FlipEveryBit(*AnyBlosc(), test::FromHex(hex), 2560), 150u);
  }
}

TEST(Blosc, RefusesHeadersThatNoEncoderWrites) {
  const Bytes frame = test::FromHex(kZstdBlocks);
  const auto expect = [](FaultReason reason, const Bytes& bytes) {
    test::ExpectFault(reason, *AnyBlosc(), bytes, 2560);
  };
  expect(FaultReason::kMalformed, WithByte(frame, 0, 0));       // format version
  expect(FaultReason::kUnsupported, WithByte(frame, 0, 5));     // Blosc 2
  expect(FaultReason::kUnsupported, WithByte(frame, 1, 2));     // version of the inner format
  expect(FaultReason::kUnsupported, WithByte(frame, 2, 0x99));  // the reserved flag
  expect(FaultReason::kUnsupported, WithByte(frame, 2, 0x95));  // both shuffles
  expect(FaultReason::kMalformed, WithByte(frame, 2, 0xB1));    // inner format 5
  expect(FaultReason::kMalformed, WithByte(frame, 3, 0));       // item bytes
  expect(FaultReason::kTooLarge, WithWord(frame, 4, 2561));     // decoded bytes
  expect(FaultReason::kTooLarge, WithWord(frame, 4, 0xFFFFFFFF));
  expect(FaultReason::kMalformed, WithWord(frame, 4, 2559));
  expect(FaultReason::kMalformed, WithWord(frame, 8, 0));  // block bytes
  expect(FaultReason::kMalformed, WithWord(frame, 8, 1));  // more blocks than the table can hold
  expect(FaultReason::kMalformed, WithWord(frame, 8, 0xFFFFFFFF));
  expect(FaultReason::kMalformed, WithWord(frame, 12, 15));  // frame bytes
  expect(FaultReason::kTrailingBytes, WithWord(frame, 12, 100));
  expect(FaultReason::kTruncated, WithWord(frame, 12, 0x7FFFFFFF));
}

TEST(Blosc, RefusesBlocksOutsideTheFrameOrOnTopOfOneAnother) {
  const Bytes frame = test::FromHex(kZstdBlocks);
  const auto expect = [](const Bytes& bytes) {
    test::ExpectFault(FaultReason::kMalformed, *AnyBlosc(), bytes, 2560);
  };
  const uint32_t first = LoadLittleEndian<uint32_t>(frame.data() + 16);
  expect(WithWord(frame, 16, 0));
  expect(WithWord(frame, 16, static_cast<uint32_t>(frame.size())));
  expect(WithWord(frame, 16, static_cast<uint32_t>(frame.size() - 3)));
  expect(WithWord(frame, 16, 0xFFFFFFFF));
  expect(WithWord(frame, 20, first));          // the second block is the first one again
  expect(WithWord(frame, first, 0));           // an empty stream
  expect(WithWord(frame, first, 0xFFFFFFFF));  // a negative length
  expect(WithWord(frame, first, static_cast<uint32_t>(frame.size())));
  Bytes gap = frame;
  gap.insert(gap.end(), 5, std::byte{0});
  expect(WithWord(gap, 12, static_cast<uint32_t>(gap.size())));
}

TEST(Blosc, RefusesSplitBlocksThatAreNoWholeNumberOfItems) {
  // Split into three streams a block of 2560 bytes would leave one byte unwritten.
  test::ExpectFault(FaultReason::kMalformed, *AnyBlosc(), WithByte(test::FromHex(kLz4Split), 3, 3), 2560);
}

TEST(Blosc, RefusesACopyOfAnotherLength) {
  const Bytes copy = test::FromHex("02019208 03000000 01000000 13000000 616263");
  Workspace workspace;
  ASSERT_TRUE(test::Decoded(*AnyBlosc(), copy, 3, workspace).has_value());
  test::ExpectFault(FaultReason::kMalformed, *AnyBlosc(), WithWord(copy, 4, 2), 3);
  test::ExpectFault(FaultReason::kTooLarge, *AnyBlosc(), copy, 2);
}

TEST(Blosc, WritesNothingWithBlosclzOrSnappy) {
  for (const auto compressor : {BloscCompressor::kBlosclz, BloscCompressor::kSnappy}) {
    const auto codec = MakeBloscCodec({compressor, 5, BloscFilter::kShuffle, 4, 0});
    Workspace workspace;
    Bytes encoded(codec->EncodedBound(100));
    const FaultOr<size_t> written = codec->Encode(Bytes(100), encoded, workspace);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().reason, FaultReason::kUnsupported);
  }
}

// c-blosc gives Snappy more room than a stream has, and keeps what is longer if the whole chunk is shorter.
TEST(Blosc, DecodesStreamsOfSnappyThatAreLongerThanTheirContent) {
  const Bytes content = test::RandomBytes(70, 1);
  Bytes noisy = test::FromHex("46 f0 45");
  noisy.insert(noisy.end(), content.begin(), content.end());
  const Bytes even = test::FromHex("46 00 07 fe 0100 12 0100");  // 1 + 64 + 5
  Bytes expected = content;
  expected.insert(expected.end(), 70, std::byte{7});
  Bytes frame = test::FromHex("02015001 8c000000 46000000 00000000 18000000 65000000");
  for (const Bytes& stream : {noisy, even}) {
    frame.push_back(static_cast<std::byte>(stream.size()));
    frame.resize(frame.size() + 3);
    frame.insert(frame.end(), stream.begin(), stream.end());
  }
  frame = WithWord(frame, 12, static_cast<uint32_t>(frame.size()));
  Workspace workspace;
  EXPECT_EQ(test::Decoded(*AnyBlosc(), frame, 140, workspace), expected);
  // The noise announces one byte less.
  test::ExpectFault(FaultReason::kMalformed, *AnyBlosc(), WithByte(frame, 28, 0x45), 140);
}

TEST(Blosc, IsNotMadeForSettingsOutOfRange) {
  EXPECT_EQ(MakeBloscCodec({BloscCompressor::kZstd, 10, BloscFilter::kNone, 4, 0}), nullptr);
  EXPECT_EQ(MakeBloscCodec({BloscCompressor::kZstd, 5, BloscFilter::kNone, 0, 0}), nullptr);
  EXPECT_EQ(MakeBloscCodec({BloscCompressor::kZstd, 5, BloscFilter::kNone, 256, 0}), nullptr);
}

}  // namespace
}  // namespace quarry
