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
  EXPECT_EQ(MakeCodec({"crc32c", {{"atStart", false}}}, kBook).codec->EncodedBytes(100), 104u);
}

TEST(Registry, SaysWhatAnArrayCodecMakesOfAChunk) {
  const MadeCodec transposed = MakeCodec({"transpose", {{"order", std::vector<double>{1, 0}}}}, kBook);
  ASSERT_NE(transposed.codec, nullptr);
  EXPECT_EQ(transposed.encoded_type.shape, (std::vector<uint64_t>{20, 4096}));
  const MadeCodec delta = MakeCodec(
      {"delta", {{"decodedType", std::string("int32")}, {"encodedType", std::string("int16")}}}, kBook);
  ASSERT_NE(delta.codec, nullptr);
  EXPECT_EQ(delta.encoded_type.data_type, (DataType{DataKind::kInt, 2}));
  EXPECT_EQ(delta.codec->EncodedBytes(400), 200u);
}

TEST(Registry, KnowsEveryCodec) {
  const std::string int32 = "int32", zstd = "zstd", exclusive_or = "xor";
  const CodecSpec specs[] = {
      {"astype", {{"decodedType", int32}, {"encodedType", std::string("float16")}}},
      {"blosc", {{"cname", zstd}, {"clevel", 5.0}, {"shuffle", 1.0}, {"typesize", 4.0}, {"blocksize", 0.0}}},
      {"bytes", {{"bigEndian", false}}},
      {"crc32c", {{"atStart", false}}},
      {"crc32", {{"atStart", true}}},
      {"adler32", {{"atStart", true}}},
      {"fletcher32", {}},
      {"jenkins_lookup3", {{"initval", 4294967295.0}, {"prefix", std::vector<double>{0, 255}}}},
      {"delta", {{"decodedType", int32}, {"encodedType", int32}}},
      {"gzip", {{"level", 6.0}}},
      {"lz4", {{"acceleration", 1.0}}},
      {"shuffle", {{"elementBytes", 4.0}}},
      {"temporal", {{"transform", exclusive_or}, {"axis", 0.0}}},
      {"transpose", {{"order", std::vector<double>{1, 0}}}},
      {"zlib", {{"level", 6.0}}},
      {"zstd", {{"level", 3.0}, {"checksum", true}}},
  };
  for (const CodecSpec& spec : specs) {
    EXPECT_NE(MakeCodec(spec, kBook).codec, nullptr) << spec.id;
    for (const auto& [name, value] : spec.parameters) {
      CodecSpec incomplete = spec;
      incomplete.parameters.erase(name);
      EXPECT_EQ(MakeCodec(incomplete, kBook).codec, nullptr) << spec.id << " without " << name;
    }
  }
}

TEST(Registry, KnowsEveryCodecOfOtherDataTypes) {
  const std::string float32 = "float32", one = "1";
  const std::pair<DataType, CodecSpec> cases[] = {
      {{DataKind::kFloat, 4},
       {"cast_value",
        {{"decodedType", float32},
         {"encodedType", std::string("uint8")},
         {"rounding", std::string("towards-zero")},
         {"outOfRange", std::string("clamp")},
         {"encodeMap", std::string("0000C07F01")},
         {"decodeMap", std::string()}}}},
      {{DataKind::kFloat, 4}, {"bitround", {{"keepBits", 10.0}}}},
      {{DataKind::kFloat, 4},
       {"fixedscaleoffset",
        {{"offset", 1.0}, {"scale", 10.0}, {"decodedType", float32}, {"encodedType", std::string("int16")}}}},
      {{DataKind::kFloat, 4},
       {"quantize", {{"bits", 4.0}, {"decodedType", float32}, {"encodedType", float32}}}},
      {{DataKind::kFloat, 4}, {"scale_offset", {{"offset", 1.0}, {"scale", 10.0}}}},
      {{DataKind::kInt, 8}, {"scale_offset", {{"offset", one}, {"scale", one}}}},
      {{DataKind::kBool, 1}, {"packbits", {}}},
  };
  for (const auto& [type, spec] : cases) {
    const ChunkType chunk{type, {4096, 20}};
    EXPECT_NE(MakeCodec(spec, chunk).codec, nullptr) << spec.id;
    EXPECT_EQ(MakeCodec(spec, {{DataKind::kOpaque, 4, 1}, {4096, 20}}).codec, nullptr) << spec.id;
    for (const auto& [name, value] : spec.parameters) {
      CodecSpec incomplete = spec;
      incomplete.parameters.erase(name);
      EXPECT_EQ(MakeCodec(incomplete, chunk).codec, nullptr) << spec.id << " without " << name;
    }
  }
  const MadeCodec packed = MakeCodec({"packbits", {}}, {{DataKind::kBool, 1}, {3, 5}});
  EXPECT_EQ(packed.encoded_type.data_type, (DataType{DataKind::kUint, 1}));
  EXPECT_EQ(packed.encoded_type.shape, (std::vector<uint64_t>{3}));
}

TEST(Registry, MakesNoFilterForAnotherDataTypeThanTheChunks) {
  const CodecSpec spec{"delta",
                       {{"decodedType", std::string("int64")}, {"encodedType", std::string("int64")}}};
  EXPECT_EQ(MakeCodec(spec, kBook).codec, nullptr);
}

TEST(Registry, MakesNothingOfAnUnknownId) { EXPECT_EQ(MakeCodec({"snappy", {}}, kBook).codec, nullptr); }

TEST(Registry, MakesNothingOfAParameterThatIsMissingOrOfTheWrongTypeOrOutOfRange) {
  EXPECT_EQ(MakeCodec({"zstd", {{"level", 3.0}}}, kBook).codec, nullptr);
  EXPECT_EQ(MakeCodec({"zstd", {{"level", 3.5}, {"checksum", true}}}, kBook).codec, nullptr);
  EXPECT_EQ(MakeCodec({"zstd", {{"level", 23.0}, {"checksum", true}}}, kBook).codec, nullptr);
  EXPECT_EQ(MakeCodec({"zstd", {{"level", std::string("3")}, {"checksum", true}}}, kBook).codec, nullptr);
  const std::vector<double> none;
  EXPECT_EQ(MakeCodec({"jenkins_lookup3", {{"initval", 4294967296.0}, {"prefix", none}}}, kBook).codec,
            nullptr);
  EXPECT_EQ(
      MakeCodec({"jenkins_lookup3", {{"initval", 0.0}, {"prefix", std::vector<double>{256}}}}, kBook).codec,
      nullptr);
  for (const char* map : {"0", "0g", "-1", "00"}) {
    const std::string int32 = "int32", text(map);
    EXPECT_EQ(MakeCodec({"cast_value",
                         {{"decodedType", int32},
                          {"encodedType", int32},
                          {"rounding", std::string("towards-zero")},
                          {"outOfRange", std::string("clamp")},
                          {"encodeMap", text},
                          {"decodeMap", std::string()}}},
                        kBook)
                  .codec,
              nullptr)
        << map;
  }
  EXPECT_EQ(MakeCodec({"bytes", {{"bigEndian", 1.0}}}, kBook).codec, nullptr);
  EXPECT_EQ(MakeCodec({"transpose", {{"order", std::vector<double>{0.5, 1}}}}, kBook).codec, nullptr);
  EXPECT_EQ(MakeCodec({"temporal", {{"transform", std::string("sum")}, {"axis", 0.0}}}, kBook).codec,
            nullptr);
}

}  // namespace
}  // namespace quarry
