#include "core/codec/crc32c.h"

#include "core/codec/codec_test_kit.h"

namespace quarry {
namespace {

using test::Bytes;

TEST(Crc32c, AgreesWithThePublishedVectors) {
  EXPECT_EQ(Crc32c(test::FromHex("313233343536373839")), 0xE3069283u);
  // RFC 3720, appendix B.4.
  EXPECT_EQ(Crc32c(Bytes(32, std::byte{0x00})), 0x8A9136AAu);
  EXPECT_EQ(Crc32c(Bytes(32, std::byte{0xFF})), 0x62A8AB43u);
  EXPECT_EQ(Crc32c({}), 0u);
}

TEST(Crc32c, IsTheSameByInstructionAndByTableAtEverySizeAndAlignment) {
  const Bytes bytes = test::RandomBytes(20'000, 7);
  for (size_t size = 0; size <= 1200; ++size) {
    const ByteView view = ByteView(bytes).subspan(size % 9, size);
    ASSERT_EQ(Crc32c(view), Crc32cPortable(view)) << size;
  }
  for (size_t size : {6143, 6144, 6145, 6151, 12'288, 19'999}) {
    const ByteView view = ByteView(bytes).first(size);
    ASSERT_EQ(Crc32c(view), Crc32cPortable(view)) << size;
  }
}

TEST(Crc32c, ContinuesFromTheChecksumOfWhatWasBefore) {
  const Bytes bytes = test::RandomBytes(9000, 3);
  for (size_t cut : {0, 1, 13, 4096, 8999, 9000}) {
    const ByteView view(bytes);
    EXPECT_EQ(Crc32c(view.subspan(cut), Crc32c(view.first(cut))), Crc32c(view)) << cut;
    EXPECT_EQ(Crc32cPortable(view.subspan(cut), Crc32cPortable(view.first(cut))), Crc32c(view)) << cut;
  }
}

}  // namespace
}  // namespace quarry
