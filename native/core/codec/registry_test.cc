#include "core/codec/registry.h"

#include <gtest/gtest.h>

namespace quarry {
namespace {

const ChunkType kBook{{DataKind::kInt, 4}, {4096, 20}};

TEST(Registry, MakesTheCodecThatAnIdNames) {
  const MadeCodec zstd = MakeCodec({"zstd", {{"level", 3.0}, {"checksum", true}}}, kBook);
  ASSERT_NE(zstd.codec, nullptr);
  EXPECT_EQ(zstd.encoded_type.shape, kBook.shape);
  EXPECT_EQ(zstd.codec->EncodedBytes(100), std::nullopt);
  EXPECT_EQ(MakeCodec({"crc32c", {}}, kBook).codec->EncodedBytes(100), 104u);
}

TEST(Registry, MakesNothingOfAnUnknownId) { EXPECT_EQ(MakeCodec({"snappy", {}}, kBook).codec, nullptr); }

TEST(Registry, MakesNothingOfAParameterThatIsMissingOrOfTheWrongTypeOrOutOfRange) {
  EXPECT_EQ(MakeCodec({"zstd", {{"level", 3.0}}}, kBook).codec, nullptr);
  EXPECT_EQ(MakeCodec({"zstd", {{"level", 3.5}, {"checksum", true}}}, kBook).codec, nullptr);
  EXPECT_EQ(MakeCodec({"zstd", {{"level", 23.0}, {"checksum", true}}}, kBook).codec, nullptr);
  EXPECT_EQ(MakeCodec({"zstd", {{"level", std::string("3")}, {"checksum", true}}}, kBook).codec, nullptr);
  EXPECT_EQ(MakeCodec({"bytes", {{"bigEndian", 1.0}}}, kBook).codec, nullptr);
}

}  // namespace
}  // namespace quarry
