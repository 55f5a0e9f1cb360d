// Boxes that are read together: each right, each with its own fault, each cancelled by itself.
#include "core/array/shared_read_job.h"

#include <gtest/gtest.h>

#include <fstream>
#include <future>
#include <numeric>
#include <random>

#include "core/array/write_job.h"
#include "test/shared_chain.h"
#include "test/temporary_directory.h"

namespace quarry {
namespace {

using test::TemporaryDirectory;

constexpr uint64_t kRows = 64;
constexpr uint64_t kColumns = 12;

std::shared_ptr<const LocalArray> MakeArray(const std::filesystem::path& directory, CodecSpec compressor) {
  LocalArraySpec spec;
  spec.directory = directory;
  const CodecSpec bytes = {"bytes", {{"bigEndian", false}}};
  const CodecSpec crc32c = {"crc32c", {{"atStart", false}}};
  spec.chain = test::SharedChain({{DataKind::kInt, 4}, {4, 6}}, {bytes, std::move(compressor), crc32c});
  spec.fill_item.resize(4);
  spec.sharding = ShardingSpec{{16, 12}, test::SharedIndexChain({4, 2}, {bytes, crc32c}), false};
  auto array = LocalArray::Make(std::move(spec));
  EXPECT_NE(array, nullptr);
  return array;
}

const CodecSpec kZstd = {"zstd", {{"level", 1.0}, {"checksum", false}}};

std::vector<int32_t> WriteRows(const std::shared_ptr<const LocalArray>& array) {
  std::vector<int32_t> items(kRows * kColumns);
  std::iota(items.begin(), items.end(), 1);
  std::promise<std::optional<ArrayFault>> outcome;
  BoxSelection all(*array, {{0, 1, kRows, {}}, {0, 1, kColumns, {}}}, {kColumns * 4, 4});
  Pool::Shared().Submit(std::make_shared<WriteJob<BoxSelection>>(
      array,
      WriteRequest<BoxSelection>{
          std::move(all), {kRows, kColumns}, reinterpret_cast<const std::byte*>(items.data()), false},
      [&](std::optional<ArrayFault> fault) { outcome.set_value(std::move(fault)); }));
  EXPECT_FALSE(outcome.get_future().get());
  return items;
}

struct Box {
  uint64_t row, column, rows, columns;
};

// The outcome of each of `boxes`, and what was read.
struct TogetherRead {
  std::vector<std::vector<int32_t>> items;
  std::vector<std::optional<ArrayFault>> faults;
};

TogetherRead ReadTogether(const std::shared_ptr<const LocalArray>& array, const std::vector<Box>& boxes,
                          const std::vector<size_t>& cancelled = {}) {
  TogetherRead read;
  read.items.resize(boxes.size());
  std::vector<ReadRequest<BoxSelection>> requests;
  for (size_t i = 0; i < boxes.size(); ++i) {
    const Box& box = boxes[i];
    read.items[i].assign(box.rows * box.columns, -1);
    const MutableBytes memory = std::as_writable_bytes(std::span(read.items[i]));
    requests.push_back({BoxSelection(*array, {{box.row, 1, box.rows, {}}, {box.column, 1, box.columns, {}}},
                                     {static_cast<int64_t>(box.columns * 4), 4}),
                        memory, memory.data()});
  }
  std::vector<std::promise<std::optional<ArrayFault>>> outcomes(boxes.size());
  auto job = std::make_shared<SharedReadJob>(array, std::move(requests),
                                             [&](size_t request, std::optional<ArrayFault> fault) {
                                               outcomes[request].set_value(std::move(fault));
                                             });
  for (const size_t request : cancelled) job->CancelRequest(request);
  Pool::Shared().Submit(std::move(job));
  for (auto& outcome : outcomes) read.faults.push_back(outcome.get_future().get());
  return read;
}

std::vector<int32_t> Expected(const std::vector<int32_t>& items, const Box& box) {
  std::vector<int32_t> expected;
  for (uint64_t row = box.row; row < box.row + box.rows; ++row) {
    for (uint64_t column = box.column; column < box.column + box.columns; ++column) {
      expected.push_back(items[row * kColumns + column]);
    }
  }
  return expected;
}

class SharedRead : public testing::TestWithParam<CodecSpec> {};

TEST_P(SharedRead, GivesEachBoxItsItems) {
  const TemporaryDirectory directory;
  const auto array = MakeArray(directory.path(), GetParam());
  const std::vector<int32_t> items = WriteRows(array);
  std::mt19937 random(7);
  const auto below = [&](uint64_t bound) { return random() % bound; };
  for (int round = 0; round < 30; ++round) {
    std::vector<Box> boxes(1 + below(40));
    for (Box& box : boxes) {
      box.row = below(kRows);
      box.column = below(kColumns);
      box.rows = 1 + below(kRows - box.row);
      box.columns = 1 + below(kColumns - box.column);
    }
    const TogetherRead read = ReadTogether(array, boxes);
    for (size_t i = 0; i < boxes.size(); ++i) {
      ASSERT_FALSE(read.faults[i]);
      ASSERT_EQ(read.items[i], Expected(items, boxes[i]));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Chains, SharedRead,
                         testing::Values(kZstd,
                                         CodecSpec{"blosc",
                                                   {{"cname", "lz4"},
                                                    {"clevel", 5.0},
                                                    {"shuffle", 1.0},
                                                    {"typesize", 4.0},
                                                    {"blocksize", 0.0}}},
                                         CodecSpec{"shuffle", {{"elementBytes", 4.0}}}));

TEST(SharedRead, FillsWhatIsNotStored) {
  const TemporaryDirectory directory;
  const auto array = MakeArray(directory.path(), kZstd);
  const TogetherRead read = ReadTogether(array, {{0, 0, 5, 3}, {2, 1, 1, 1}});
  for (size_t i = 0; i < 2; ++i) {
    ASSERT_FALSE(read.faults[i]);
    for (const int32_t item : read.items[i]) EXPECT_EQ(item, 0);
  }
}

TEST(SharedRead, FailsOnlyTheBoxesThatTouchADamagedCell) {
  const TemporaryDirectory directory;
  const auto array = MakeArray(directory.path(), kZstd);
  const std::vector<int32_t> items = WriteRows(array);
  {
    // A byte of the first inner chunk of the second shard: rows 16 to 19, columns 0 to 5.
    std::fstream shard(directory.path() / "c" / "1" / "0", std::ios::in | std::ios::out | std::ios::binary);
    ASSERT_TRUE(shard);
    shard.seekp(6);
    shard.put('!');
  }
  const std::vector<Box> boxes = {
      {15, 0, 3, 2}, {16, 6, 4, 6}, {0, 0, 16, 12}, {19, 5, 1, 1}, {20, 0, 44, 12}};
  const TogetherRead read = ReadTogether(array, boxes);
  for (const size_t damaged : {0, 3}) {
    ASSERT_TRUE(read.faults[damaged]);
    EXPECT_EQ(read.faults[damaged]->kind, ArrayFaultKind::kChunkCodec);
    EXPECT_EQ(read.faults[damaged]->object, (std::vector<uint64_t>{1, 0}));
    EXPECT_EQ(read.faults[damaged]->cell, (std::vector<uint64_t>{4, 0}));
  }
  for (const size_t whole : {1, 2, 4}) {
    ASSERT_FALSE(read.faults[whole]);
    EXPECT_EQ(read.items[whole], Expected(items, boxes[whole]));
  }
}

TEST(SharedRead, PassesOverWhatIsCancelled) {
  const TemporaryDirectory directory;
  const auto array = MakeArray(directory.path(), kZstd);
  const std::vector<int32_t> items = WriteRows(array);
  const std::vector<Box> boxes = {{0, 0, 10, 12}, {1, 1, 3, 3}, {40, 0, 20, 12}};
  const TogetherRead some = ReadTogether(array, boxes, {0, 2});
  ASSERT_FALSE(some.faults[1]);
  EXPECT_EQ(some.items[1], Expected(items, boxes[1]));
  const TogetherRead all = ReadTogether(array, boxes, {0, 1, 2});
  for (const size_t cancelled : {0, 2}) {
    ASSERT_TRUE(some.faults[cancelled]);
    EXPECT_EQ(some.faults[cancelled]->kind, ArrayFaultKind::kCancelled);
  }
  for (size_t i = 0; i < boxes.size(); ++i) {
    ASSERT_TRUE(all.faults[i]);
    EXPECT_EQ(all.faults[i]->kind, ArrayFaultKind::kCancelled);
    for (const int32_t item : all.items[i]) EXPECT_EQ(item, -1);
  }
}

}  // namespace
}  // namespace quarry
