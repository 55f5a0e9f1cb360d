// Cases that the fuzzers found worth keeping, put through the same checks without a fuzzer.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "core/chain/chain.h"
#include "fuzz/checks.h"
#include "fuzz/fuzz_case.h"

namespace quarry::fuzz {
namespace {

std::vector<std::filesystem::path> CasesOf(const char* check) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(QUARRY_FUZZ_CASES) / check)) {
    files.push_back(entry.path());
  }
  return files;
}

std::vector<std::byte> ContentOf(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const ByteView bytes = std::as_bytes(std::span(content));
  return {bytes.begin(), bytes.end()};
}

void ExpectEveryCaseHolds(const char* folder, std::string (*check)(ByteView)) {
  const auto files = CasesOf(folder);
  ASSERT_FALSE(files.empty());
  for (const auto& path : files) {
    const std::vector<std::byte> content = ContentOf(path);
    const auto parsed = ParseFuzzCase(content);
    ASSERT_TRUE(parsed.has_value()) << path;
    EXPECT_TRUE(Chain::Make(parsed->chunk, parsed->codecs).has_value()) << path << " has no such chain";
    EXPECT_EQ(check(content), "") << path;
  }
}

TEST(FuzzCases, DecodersKeepTheirPromises) { ExpectEveryCaseHolds("decoding", CheckDecoding); }
TEST(FuzzCases, ChainsKeepTheirPromises) { ExpectEveryCaseHolds("chain", CheckChain); }
TEST(FuzzCases, FramesKeepTheirPromises) { ExpectEveryCaseHolds("frames", CheckFrames); }
TEST(FuzzCases, ShardIndexesKeepTheirPromises) { ExpectEveryCaseHolds("shard-index", CheckShardIndex); }

std::vector<std::byte> BytesOf(std::string_view text) {
  const ByteView bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

TEST(FuzzCases, SayInTheirHeadWhatTheyAreAbout) {
  const auto input = BytesOf("int32 4 20 exact\ntranspose order=[1,0]\nzstd checksum=false level=-3\n\nbody");
  const auto parsed = ParseFuzzCase(input);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->chunk.shape, (std::vector<uint64_t>{4, 20}));
  EXPECT_EQ(parsed->chunk_bytes, 320u);
  EXPECT_TRUE(parsed->is_exact);
  ASSERT_EQ(parsed->codecs.size(), 2u);
  EXPECT_EQ(std::get<std::vector<double>>(parsed->codecs[0].parameters.at("order")),
            (std::vector<double>{1, 0}));
  EXPECT_EQ(std::get<double>(parsed->codecs[1].parameters.at("level")), -3);
  EXPECT_EQ(std::get<bool>(parsed->codecs[1].parameters.at("checksum")), false);
  EXPECT_EQ(parsed->body.size(), 4u);
}

TEST(FuzzCases, AskForNoMoreThanTheirBound) {
  EXPECT_TRUE(ParseFuzzCase(BytesOf("uint8 1048576\nbytes bigEndian=false\n\n")).has_value());
  EXPECT_FALSE(ParseFuzzCase(BytesOf("uint8 1048577\nbytes bigEndian=false\n\n")).has_value());
  EXPECT_FALSE(ParseFuzzCase(BytesOf("int64 4294967296 4294967296\nbytes bigEndian=false\n\n")).has_value());
}

// The checks themselves: a promise that is not kept does not go unnoticed.
TEST(FuzzCases, ALossyChainThatIsSaidToBeExactIsFound) {
  // No edits (9 modulo 9), and the content of one float.
  const auto input = BytesOf("float32 1 exact\nastype decodedType=float32 encodedType=float16\n\n\x09 abc");
  EXPECT_NE(CheckChain(input), "");
}

}  // namespace
}  // namespace quarry::fuzz
