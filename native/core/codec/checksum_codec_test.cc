#include "core/codec/checksum_codec.h"

#include "core/codec/checksums.h"
#include "core/codec/codec_test_kit.h"
#include "core/codec/crc32c.h"

namespace quarry {
namespace {

using test::Bytes;

std::unique_ptr<const Codec> Crc32cAt(ChecksumPlace place) {
  return MakeChecksumCodec([](ByteView bytes) { return Crc32c(bytes); }, place);
}

std::vector<std::unique_ptr<const Codec>> EveryCodec() {
  std::vector<std::unique_ptr<const Codec>> codecs;
  for (const ChecksumPlace place : {ChecksumPlace::kStart, ChecksumPlace::kEnd}) {
    codecs.push_back(Crc32cAt(place));
    for (const auto checksum_of : {Crc32, Adler32, Fletcher32}) {
      codecs.push_back(MakeChecksumCodec(checksum_of, place));
    }
    codecs.push_back(MakeChecksumCodec([](ByteView bytes) { return JenkinsLookup3({}, bytes, 7); }, place));
  }
  return codecs;
}

TEST(ChecksumCodec, PutsTheChecksumInItsPlaceInLittleEndianOrder) {
  Workspace workspace;
  const Bytes body = test::FromHex("313233343536373839");
  EXPECT_EQ(test::Encoded(*Crc32cAt(ChecksumPlace::kEnd), body, workspace),
            test::FromHex("313233343536373839 839206e3"));
  EXPECT_EQ(test::Encoded(*Crc32cAt(ChecksumPlace::kStart), body, workspace),
            test::FromHex("839206e3 313233343536373839"));
}

TEST(ChecksumCodec, ComesBackAtEverySize) {
  Workspace workspace;
  for (const auto& codec : EveryCodec()) {
    for (const size_t size : test::TellingSizes(1)) {
      test::ExpectRoundTrip(*codec, test::RandomBytes(size, 1), workspace);
    }
  }
}

TEST(ChecksumCodec, RefusesEveryTruncationAndEveryFlippedBit) {
  Workspace workspace;
  for (const auto& codec : EveryCodec()) {
    const Bytes encoded = test::Encoded(*codec, test::RandomBytes(50, 2), workspace);
    test::ExpectEveryTruncationRefused(*codec, encoded, 50);
    EXPECT_EQ(test::FlipEveryBit(*codec, encoded, 50), encoded.size() * 8);
  }
}

TEST(ChecksumCodec, RefusesMoreThanTheMetadataAllows) {
  for (const ChecksumPlace place : {ChecksumPlace::kStart, ChecksumPlace::kEnd}) {
    const auto codec = Crc32cAt(place);
    Workspace workspace;
    const Bytes encoded = test::Encoded(*codec, test::RandomBytes(50, 2), workspace);
    test::ExpectFault(FaultReason::kTooLarge, *codec, encoded, 49);
  }
}

TEST(ChecksumCodec, NamesTheStoredAndTheComputedChecksum) {
  const auto codec = Crc32cAt(ChecksumPlace::kEnd);
  const Bytes encoded = test::FromHex("313233343536373839 00000000");
  const FaultOr<ByteView> body = codec->VerifiedBody(encoded);
  ASSERT_FALSE(body.has_value());
  EXPECT_EQ(body.error().reason, FaultReason::kChecksumMismatch);
  EXPECT_EQ(body.error().expected, 0u);
  EXPECT_EQ(body.error().actual, 0xE3069283u);
}

TEST(ChecksumCodec, DecodesInPlaceAsAView) {
  const auto codec = Crc32cAt(ChecksumPlace::kStart);
  ASSERT_TRUE(codec->IsFraming());
  const Bytes encoded = test::FromHex("839206e3 313233343536373839");
  const FaultOr<ByteView> body = codec->VerifiedBody(encoded);
  ASSERT_TRUE(body.has_value());
  EXPECT_EQ(body->data(), encoded.data() + 4);
  EXPECT_EQ(body->size(), 9u);
}

}  // namespace
}  // namespace quarry
