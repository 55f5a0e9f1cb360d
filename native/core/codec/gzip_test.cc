#include "core/codec/gzip.h"

#include "core/codec/codec_test_kit.h"

namespace quarry {
namespace {

using test::Bytes;

// gzip.GzipFile("name.bin", mtime=1700000000), with a name and a time in its header.
constexpr std::string_view kNamedMember =
    "1f8b080800f1536500ff6e616d652e62696e00cb48cdc9c957c84090008088f9e511000000";
constexpr std::string_view kHello = "68656c6c6f2068656c6c6f2068656c6c6f";  // "hello hello hello"

Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

TEST(Gzip, ComesBackAtEverySizeAndLevel) {
  Workspace workspace;
  for (int level = 0; level <= 9; ++level) {
    const auto codec = MakeGzipCodec(level);
    for (const size_t size : {0, 1, 2, 7, 100, 4096, 65'535, 65'536, 200'001}) {
      test::ExpectRoundTrip(*codec, test::BookLikeBytes(size, 1), workspace);
      test::ExpectRoundTrip(*codec, test::RandomBytes(size, 2), workspace);
    }
  }
}

TEST(Gzip, WritesNeitherTimeNorSystem) {
  Workspace workspace;
  const Bytes encoded = test::Encoded(*MakeGzipCodec(6), Bytes(10), workspace);
  EXPECT_EQ(Bytes(encoded.begin(), encoded.begin() + 10), test::FromHex("1f8b0800 00000000 00ff"));
}

TEST(Gzip, SkipsTheOptionalFieldsOfAHeader) {
  Workspace workspace;
  const auto codec = MakeGzipCodec(6);
  const Bytes body = test::FromHex("cb48cdc9c957c84090008088f9e511000000");
  // Extra field, name, comment, and the CRC-16 of the header.
  const Bytes header = test::FromHex("1f8b081e 00000000 00ff 0300 aabbcc 6e00 6300");
  const Bytes plain = test::FromHex("1f8b0802 00000000 00ff");
  EXPECT_EQ(test::Decoded(*codec, test::FromHex(kNamedMember), 17, workspace), test::FromHex(kHello));
  EXPECT_EQ(test::Decoded(*codec, header + test::FromHex("264f") + body, 17, workspace),
            test::FromHex(kHello));
  EXPECT_EQ(test::Decoded(*codec, plain + test::FromHex("90c9") + body, 17, workspace),
            test::FromHex(kHello));
  test::ExpectFault(FaultReason::kChecksumMismatch, *codec, header + test::FromHex("0000") + body, 17);
}

TEST(Gzip, ReadsEveryMember) {
  Workspace workspace;
  const auto codec = MakeGzipCodec(6);
  const Bytes two = test::FromHex(kNamedMember) + test::Encoded(*codec, test::FromHex("00ff"), workspace);
  EXPECT_EQ(test::Decoded(*codec, two, 19, workspace), test::FromHex(kHello) + test::FromHex("00ff"));
  test::ExpectFault(FaultReason::kTooLarge, *codec, two, 18);
}

TEST(Gzip, RefusesWhatFollowsTheLastMember) {
  const auto codec = MakeGzipCodec(6);
  test::ExpectFault(FaultReason::kTrailingBytes, *codec, test::FromHex(kNamedMember) + Bytes(1), 100);
  test::ExpectFault(FaultReason::kTrailingBytes, *codec, test::FromHex(kNamedMember) + Bytes(50), 100);
}

TEST(Gzip, RefusesEveryTruncation) {
  Workspace workspace;
  const auto codec = MakeGzipCodec(6);
  test::ExpectEveryTruncationRefused(*codec, test::FromHex(kNamedMember), 17);
  const Bytes encoded = test::Encoded(*codec, test::BookLikeBytes(1000, 1), workspace);
  test::ExpectEveryTruncationRefused(*codec, encoded, 1000);
  test::ExpectFault(FaultReason::kTruncated, *codec, Bytes(encoded.begin(), encoded.end() - 9), 1000);
  test::ExpectFault(FaultReason::kTruncated, *codec, Bytes(encoded.begin(), encoded.end() - 1), 1000);
}

TEST(Gzip, RefusesEveryFlippedBitBehindTheHeader) {
  Workspace workspace;
  const auto codec = MakeGzipCodec(6);
  const Bytes encoded = test::Encoded(*codec, test::BookLikeBytes(1000, 1), workspace);
  // In the header, time, system and extra flags are free.
  EXPECT_GE(test::FlipEveryBit(*codec, encoded, 1000), (encoded.size() - 10) * 8 - 7);
}

TEST(Gzip, NamesWhatDoesNotAgreeWithTheTrailer) {
  Workspace workspace;
  const auto codec = MakeGzipCodec(6);
  Bytes encoded = test::Encoded(*codec, test::BookLikeBytes(1000, 1), workspace);
  encoded[encoded.size() - 8] ^= std::byte{1};
  test::ExpectFault(FaultReason::kChecksumMismatch, *codec, encoded, 1000);
  encoded[encoded.size() - 8] ^= std::byte{1};
  encoded[encoded.size() - 4] ^= std::byte{1};
  test::ExpectFault(FaultReason::kLengthMismatch, *codec, encoded, 1000);
}

TEST(Gzip, RefusesMoreThanFits) {
  Workspace workspace;
  const auto codec = MakeGzipCodec(6);
  const Bytes encoded = test::Encoded(*codec, test::BookLikeBytes(1000, 1), workspace);
  test::ExpectFault(FaultReason::kTooLarge, *codec, encoded, 999);
  test::ExpectFault(FaultReason::kTooLarge, *codec, encoded, 0);
}

TEST(Gzip, RefusesWhatIsNoMember) {
  test::ExpectFault(FaultReason::kMalformed, *MakeGzipCodec(6), Bytes(30), 100);
  test::ExpectFault(FaultReason::kTruncated, *MakeGzipCodec(6), {}, 100);
  test::ExpectFault(FaultReason::kMalformed, *MakeGzipCodec(6), test::FromHex("1f8b07000000000000ff0300"),
                    100);
  test::ExpectFault(FaultReason::kMalformed, *MakeGzipCodec(6), test::FromHex("1f8b08200000000000ff0300"),
                    100);
}

TEST(Gzip, IsNotMadeForLevelsThatDoNotExist) {
  EXPECT_EQ(MakeGzipCodec(10), nullptr);
  EXPECT_EQ(MakeGzipCodec(-1), nullptr);
}

}  // namespace
}  // namespace quarry
