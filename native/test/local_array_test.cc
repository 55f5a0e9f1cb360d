// Arrays in a local directory, through the jobs that read and write them: chains, shards and files together.
#include "core/array/local_array.h"
#include "core/array/box_selection.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <future>
#include <numeric>
#include <random>

#include "core/array/read_job.h"
#include "core/array/write_job.h"
#include "test/shared_chain.h"
#include "test/temporary_directory.h"

namespace quarry {
namespace {

using test::TemporaryDirectory;

std::shared_ptr<const LocalArray> MakeArray(const std::filesystem::path& directory,
                                            const std::vector<uint64_t>& cell,
                                            std::optional<std::vector<uint64_t>> shard, int32_t fill = 0,
                                            bool index_at_start = false) {
  LocalArraySpec spec;
  spec.directory = directory;
  const CodecSpec bytes = {"bytes", {{"bigEndian", false}}};
  const CodecSpec crc32c = {"crc32c", {{"atStart", false}}};
  spec.chain = test::SharedChain({{DataKind::kInt, 4}, cell},
                                 {bytes, {"zstd", {{"level", 1.0}, {"checksum", false}}}, crc32c});
  const ByteView fill_item = std::as_bytes(std::span(&fill, 1));
  spec.fill_item.assign(fill_item.begin(), fill_item.end());
  if (shard) {
    std::vector<uint64_t> cells;
    for (size_t i = 0; i < cell.size(); ++i) cells.push_back((*shard)[i] / cell[i]);
    spec.sharding = ShardingSpec{*shard, test::SharedIndexChain(cells, {bytes, crc32c}), index_at_start};
  }
  auto array = LocalArray::Make(std::move(spec));
  EXPECT_NE(array, nullptr);
  return array;
}

std::vector<int64_t> ByteStrides(const std::vector<AxisSelection>& selection) {
  std::vector<int64_t> strides(selection.size());
  int64_t stride = 4;
  for (size_t i = selection.size(); i-- > 0;) {
    strides[i] = stride;
    stride *= static_cast<int64_t>(selection[i].count);
  }
  return strides;
}

std::optional<ArrayFault> Write(const std::shared_ptr<const LocalArray>& array, std::vector<uint64_t> shape,
                                const std::vector<AxisSelection>& selection,
                                const std::vector<int32_t>& items) {
  std::promise<std::optional<ArrayFault>> outcome;
  WriteRequest<BoxSelection> request{BoxSelection(*array, selection, ByteStrides(selection)),
                                     std::move(shape), reinterpret_cast<const std::byte*>(items.data())};
  Pool::Shared().Submit(std::make_shared<WriteJob<BoxSelection>>(
      array, std::move(request),
      [&](std::optional<ArrayFault> fault) { outcome.set_value(std::move(fault)); }));
  return outcome.get_future().get();
}

std::optional<ArrayFault> Read(const std::shared_ptr<const LocalArray>& array,
                               const std::vector<AxisSelection>& selection, std::vector<int32_t>& items) {
  size_t count = 1;
  for (const AxisSelection& axis : selection) count *= axis.count;
  items.assign(count, -1);
  std::promise<std::optional<ArrayFault>> outcome;
  const MutableBytes memory = std::as_writable_bytes(std::span(items));
  ReadRequest<BoxSelection> request{BoxSelection(*array, selection, ByteStrides(selection)), memory,
                                    memory.data()};
  Pool::Shared().Submit(std::make_shared<ReadJob<BoxSelection>>(
      array, std::move(request),
      [&](std::optional<ArrayFault> fault) { outcome.set_value(std::move(fault)); }));
  return outcome.get_future().get();
}

std::vector<char> BytesOf(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

size_t FilesIn(const std::filesystem::path& directory) {
  size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory))
    count += entry.is_regular_file();
  return count;
}

TEST(LocalArray, IsNotMadeWithAnIndexChainOfAnotherGridOrOfNoFixedSize) {
  LocalArraySpec spec;
  spec.chain = test::SharedChain({{DataKind::kInt, 4}, {4}}, {});
  spec.fill_item.resize(4);
  spec.sharding = ShardingSpec{{16}, test::SharedIndexChain({4}, {}), false};
  EXPECT_NE(LocalArray::Make(spec), nullptr);
  spec.sharding->index_chain = test::SharedIndexChain({5}, {});
  EXPECT_EQ(LocalArray::Make(spec), nullptr);
  const CodecSpec zstd = {"zstd", {{"level", 1.0}, {"checksum", false}}};
  spec.sharding->index_chain = test::SharedIndexChain({4}, {{"bytes", {{"bigEndian", false}}}, zstd});
  EXPECT_EQ(LocalArray::Make(spec), nullptr);
}

TEST(LocalArray, KeepsAPlainArrayInStepThroughRandomWritesAndReads) {
  std::mt19937 random(7);
  for (const bool sharded : {false, true}) {
    for (const bool index_at_start : {false, true}) {
      const TemporaryDirectory directory;
      constexpr uint64_t kRows = 37;
      constexpr uint64_t kColumns = 11;
      const auto array =
          MakeArray(directory.path(), {4, 3},
                    sharded ? std::optional(std::vector<uint64_t>{12, 6}) : std::nullopt, 5, index_at_start);
      std::vector<int32_t> model(kRows * kColumns, 5);
      for (int round = 0; round < 60; ++round) {
        std::vector<AxisSelection> selection;
        for (const uint64_t extent : {kRows, kColumns}) {
          const uint64_t start = random() % extent;
          const uint64_t step = 1 + random() % 4;
          selection.push_back({start, step, 1 + random() % ((extent - 1 - start) / step + 1)});
        }
        const auto place = [&](uint64_t i, uint64_t j) {
          return (selection[0].start + i * selection[0].step) * kColumns + selection[1].start +
                 j * selection[1].step;
        };
        std::vector<int32_t> items(selection[0].count * selection[1].count);
        if (round % 3 != 2) {
          for (int32_t& item : items) item = static_cast<int32_t>(random() % 7);
          ASSERT_FALSE(Write(array, {kRows, kColumns}, selection, items));
          for (uint64_t i = 0; i < selection[0].count; ++i) {
            for (uint64_t j = 0; j < selection[1].count; ++j)
              model[place(i, j)] = items[i * selection[1].count + j];
          }
        }
        ASSERT_FALSE(Read(array, selection, items));
        for (uint64_t i = 0; i < selection[0].count; ++i) {
          for (uint64_t j = 0; j < selection[1].count; ++j) {
            ASSERT_EQ(items[i * selection[1].count + j], model[place(i, j)]);
          }
        }
      }
      std::vector<int32_t> everything;
      ASSERT_FALSE(Read(array, {{0, 1, kRows}, {0, 1, kColumns}}, everything));
      EXPECT_EQ(everything, model);
    }
  }
}

TEST(LocalArray, WritesTheSameBytesHoweverTheThreadsRun) {
  std::vector<int32_t> items(640 * 8);
  std::iota(items.begin(), items.end(), 1);
  std::vector<char> first;
  for (int round = 0; round < 20; ++round) {
    const TemporaryDirectory directory;
    const auto array = MakeArray(directory.path(), {4, 8}, std::vector<uint64_t>{640, 8});
    ASSERT_FALSE(Write(array, {640, 8}, {{0, 1, 640}, {0, 1, 8}}, items));
    const std::vector<char> bytes = BytesOf(directory.path() / "c" / "0" / "0");
    if (round == 0) first = bytes;
    ASSERT_EQ(bytes, first);
  }
}

TEST(LocalArray, KeepsTheBytesOfInnerChunksThatAreNotTouched) {
  const TemporaryDirectory directory;
  const auto array = MakeArray(directory.path(), {4}, std::vector<uint64_t>{16});
  std::vector<int32_t> items(16);
  std::iota(items.begin(), items.end(), 1);
  ASSERT_FALSE(Write(array, {16}, {{0, 1, 16}}, items));
  Workspace workspace;
  const std::vector<uint64_t> object = {0};
  const auto cell_bytes = [&](size_t cell) {
    const auto opened = array->OpenForReading(object, workspace);
    const auto encoded = array->ReadEncodedCell(*opened, cell, workspace);
    return std::vector<std::byte>((*encoded)->begin(), (*encoded)->end());
  };
  const std::vector<std::byte> before = cell_bytes(2);
  ASSERT_FALSE(Write(array, {16}, {{1, 1, 4}}, {9, 9, 9, 9}));
  EXPECT_EQ(cell_bytes(2), before);
}

TEST(LocalArray, LeavesOutCellsOfNothingButTheFillValue) {
  const TemporaryDirectory directory;
  const auto array = MakeArray(directory.path(), {4}, std::vector<uint64_t>{8}, 3);
  ASSERT_FALSE(Write(array, {16}, {{0, 1, 16}}, std::vector<int32_t>(16, 3)));
  EXPECT_EQ(FilesIn(directory.path()), 0u);
  ASSERT_FALSE(Write(array, {16}, {{0, 1, 2}}, {1, 2}));
  EXPECT_EQ(FilesIn(directory.path()), 1u);
  ASSERT_FALSE(Write(array, {16}, {{0, 1, 2}}, {3, 3}));
  EXPECT_EQ(FilesIn(directory.path()), 0u) << "the last cell went, and its object with it";
}

TEST(LocalArray, AFailedWriteChangesNothing) {
  const TemporaryDirectory directory;
  const auto array = MakeArray(directory.path(), {4}, std::vector<uint64_t>{8});
  std::vector<int32_t> items(24);
  std::iota(items.begin(), items.end(), 1);
  ASSERT_FALSE(Write(array, {24}, {{0, 1, 24}}, items));
  const auto damaged = directory.path() / "c" / "2";
  std::vector<char> bytes = BytesOf(damaged);
  bytes[0] = static_cast<char>(bytes[0] ^ 1);
  std::ofstream(damaged, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  const std::vector<char> intact = BytesOf(directory.path() / "c" / "0");

  // The first two shards are written whole, the damaged third in part.
  const auto fault = Write(array, {24}, {{0, 1, 18}}, std::vector<int32_t>(18, 77));
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, ArrayFaultKind::kChunkCodec);
  EXPECT_EQ(fault->object, std::vector<uint64_t>{2});
  EXPECT_EQ(fault->cell, std::vector<uint64_t>{4});
  EXPECT_EQ(BytesOf(directory.path() / "c" / "0"), intact);
  EXPECT_EQ(FilesIn(directory.path()), 3u) << "no partial file is left";
}

TEST(LocalArray, ReportsAShardThatEndsBeforeItsIndex) {
  const TemporaryDirectory directory;
  const auto array = MakeArray(directory.path(), {4}, std::vector<uint64_t>{8});
  ASSERT_FALSE(Write(array, {8}, {{0, 1, 8}}, std::vector<int32_t>(8, 1)));
  std::filesystem::resize_file(directory.path() / "c" / "0", 0);
  std::vector<int32_t> items;
  const auto fault = Read(array, {{0, 1, 8}}, items);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, ArrayFaultKind::kShardTruncated);
  EXPECT_EQ(fault->expected, 36u);
  EXPECT_EQ(fault->actual, 0u);
}

TEST(LocalArray, ReadsAnArrayOfNoDimensions) {
  const TemporaryDirectory directory;
  const auto array = MakeArray(directory.path(), {}, std::nullopt);
  ASSERT_FALSE(Write(array, {}, {}, {42}));
  std::vector<int32_t> items;
  ASSERT_FALSE(Read(array, {}, items));
  EXPECT_EQ(items, std::vector<int32_t>{42});
  EXPECT_TRUE(std::filesystem::exists(directory.path() / "c"));
}

TEST(LocalArray, ACancelledWriteLeavesNothing) {
  const TemporaryDirectory directory;
  const auto array = MakeArray(directory.path(), {4}, std::vector<uint64_t>{40000});
  std::vector<int32_t> items(400000, 7);
  for (int round = 0; round < 10; ++round) {
    std::promise<void> finished;
    WriteRequest<BoxSelection> request{BoxSelection(*array, {{0, 1, 400000}}, {4}),
                                       {400000},
                                       reinterpret_cast<const std::byte*>(items.data())};
    const auto job = std::make_shared<WriteJob<BoxSelection>>(
        array, std::move(request), [&](std::optional<ArrayFault>) { finished.set_value(); });
    Pool::Shared().Submit(job);
    std::this_thread::sleep_for(std::chrono::microseconds(200 * round));
    job->Cancel();
    finished.get_future().wait();
    ASSERT_EQ(FilesIn(directory.path()), 0u);
  }
}

}  // namespace
}  // namespace quarry
