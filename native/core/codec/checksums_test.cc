#include "core/codec/checksums.h"

#include "core/codec/codec_test_kit.h"

namespace quarry {
namespace {

using test::Bytes;

const Bytes kNineDigits = test::FromHex("313233343536373839");

Bytes TextBytes(std::string_view text) {
  const ByteView bytes = std::as_bytes(std::span(text));
  return Bytes(bytes.begin(), bytes.end());
}

TEST(Crc32, AgreesWithThePublishedVector) {
  EXPECT_EQ(Crc32(kNineDigits), 0xCBF43926u);
  EXPECT_EQ(Crc32({}), 0u);
}

TEST(Adler32, AgreesWithThePublishedVector) {
  EXPECT_EQ(Adler32(kNineDigits), 0x091E01DEu);
  EXPECT_EQ(Adler32({}), 1u);
}

TEST(Fletcher32, AgreesWithNumcodecs) {
  EXPECT_EQ(Fletcher32({}), 0u);
  EXPECT_EQ(Fletcher32(TextBytes("w")), 0x77007700u);
  EXPECT_EQ(Fletcher32(TextBytes("abcde")), 0x4FF029C7u);
  EXPECT_EQ(Fletcher32(kNineDigits), 0x09DF09D5u);
  // Words that are all ones: no sum is ever reduced to 0, and where sums are folded shows.
  EXPECT_EQ(Fletcher32(Bytes(720, std::byte{0xFF})), 0xFFFFFFFFu);
  EXPECT_EQ(Fletcher32(Bytes(2001, std::byte{0xFF})), 0xFF00FF00u);
}

// The test program of lookup3.c.
TEST(JenkinsLookup3, AgreesWithThePublishedVectors) {
  const Bytes text = TextBytes("Four score and seven years ago");
  EXPECT_EQ(JenkinsLookup3({}, {}, 0), 0xDEADBEEFu);
  EXPECT_EQ(JenkinsLookup3({}, {}, 0xDEADBEEF), 0xBD5B7DDEu);
  EXPECT_EQ(JenkinsLookup3({}, text, 0), 0x17770551u);
  EXPECT_EQ(JenkinsLookup3({}, text, 1), 0xCD628161u);
}

TEST(JenkinsLookup3, TakesAPrefixForTheFirstBytes) {
  const Bytes bytes = test::RandomBytes(100, 1);
  for (size_t size = 0; size <= bytes.size(); ++size) {
    const ByteView whole = ByteView(bytes).first(size);
    for (const size_t cut : {0, 1, 3, 11, 12, 13, 24, 40}) {
      if (cut > size) continue;
      EXPECT_EQ(JenkinsLookup3(whole.first(cut), whole.subspan(cut), 5), JenkinsLookup3({}, whole, 5))
          << size << " cut at " << cut;
    }
  }
}

}  // namespace
}  // namespace quarry
