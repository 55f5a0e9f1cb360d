// Arrays whose items are no numbers: every step of a write and of a read moves whole items of any size.
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <optional>
#include <vector>

#include "core/array/box_selection.h"
#include "core/array/local_array.h"
#include "core/array/read_job.h"
#include "core/array/write_job.h"
#include "core/codec/codec_test_kit.h"
#include "core/pool.h"
#include "test/shared_chain.h"
#include "test/temporary_directory.h"

namespace quarry {
namespace {

using test::Bytes;
using test::TemporaryDirectory;

constexpr uint64_t kRows = 10;
constexpr uint64_t kColumns = 7;

struct ItemCase {
  uint32_t item_bytes;
  uint32_t unit_bytes;
};

// Transposed, swapped, shuffled by items and compressed in blocks: every step that asks for the item's size.
std::shared_ptr<const LocalArray> MakeArray(const std::filesystem::path& directory, ItemCase item,
                                            const Bytes& fill_item) {
  LocalArraySpec spec;
  spec.directory = directory;
  const double typesize = item.item_bytes > 255 ? 1 : item.item_bytes;
  const std::vector<CodecSpec> codecs = {
      {"transpose", {{"order", std::vector<double>{1, 0}}}},
      {"bytes", {{"bigEndian", true}}},
      {"shuffle", {{"elementBytes", static_cast<double>(item.item_bytes)}}},
      {"blosc",
       {{"cname", std::string("lz4")},
        {"clevel", 5.0},
        {"shuffle", 1.0},
        {"typesize", typesize},
        {"blocksize", 0.0}}}};
  spec.chain = test::SharedChain({{DataKind::kOpaque, item.item_bytes, item.unit_bytes}, {4, 3}}, codecs);
  spec.fill_item = fill_item;
  spec.sharding =
      ShardingSpec{{8, 6}, test::SharedIndexChain({2, 2}, {{"bytes", {{"bigEndian", false}}}}), false};
  auto array = LocalArray::Make(std::move(spec));
  EXPECT_NE(array, nullptr);
  return array;
}

std::vector<int64_t> ByteStrides(const std::vector<AxisSelection>& selection, size_t item_bytes) {
  std::vector<int64_t> strides(selection.size());
  auto stride = static_cast<int64_t>(item_bytes);
  for (size_t i = selection.size(); i-- > 0;) {
    strides[i] = stride;
    stride *= static_cast<int64_t>(selection[i].count);
  }
  return strides;
}

void Write(const std::shared_ptr<const LocalArray>& array, const std::vector<AxisSelection>& selection,
           const Bytes& items) {
  std::promise<std::optional<ArrayFault>> outcome;
  WriteRequest<BoxSelection> request{
      BoxSelection(*array, selection, ByteStrides(selection, array->item_bytes())),
      {kRows, kColumns},
      items.data()};
  Pool::Shared().Submit(std::make_shared<WriteJob<BoxSelection>>(
      array, std::move(request),
      [&](std::optional<ArrayFault> fault) { outcome.set_value(std::move(fault)); }));
  EXPECT_FALSE(outcome.get_future().get());
}

Bytes Read(const std::shared_ptr<const LocalArray>& array, const std::vector<AxisSelection>& selection) {
  size_t bytes = array->item_bytes();
  for (const AxisSelection& axis : selection) bytes *= axis.count;
  Bytes items(bytes);
  std::promise<std::optional<ArrayFault>> outcome;
  ReadRequest<BoxSelection> request{
      BoxSelection(*array, selection, ByteStrides(selection, array->item_bytes())), items, items.data()};
  Pool::Shared().Submit(std::make_shared<ReadJob<BoxSelection>>(
      array, std::move(request),
      [&](std::optional<ArrayFault> fault) { outcome.set_value(std::move(fault)); }));
  EXPECT_FALSE(outcome.get_future().get());
  return items;
}

class ItemSizes : public testing::TestWithParam<ItemCase> {
 protected:
  Bytes ItemAt(const Bytes& items, size_t index) const {
    const auto first = items.begin() + static_cast<std::ptrdiff_t>(index * GetParam().item_bytes);
    return Bytes(first, first + GetParam().item_bytes);
  }
};

TEST_P(ItemSizes, ComeBackWholeAndInParts) {
  const TemporaryDirectory directory;
  const size_t item_bytes = GetParam().item_bytes;
  const Bytes fill_item = test::RandomBytes(item_bytes, 1);
  const auto array = MakeArray(directory.path(), GetParam(), fill_item);
  const Bytes items = test::RandomBytes(kRows * kColumns * item_bytes, 2);
  Write(array, {{0, 1, kRows, {}}, {0, 1, kColumns, {}}}, items);
  EXPECT_EQ(Read(array, {{0, 1, kRows, {}}, {0, 1, kColumns, {}}}), items);

  const Bytes part = Read(array, {{1, 3, 3, {}}, {0, 1, 3, {5, 0, 5}}});
  for (size_t row = 0; row < 3; ++row) {
    for (size_t column = 0; column < 3; ++column) {
      const size_t from = (1 + 3 * row) * kColumns + std::vector<size_t>{5, 0, 5}[column];
      EXPECT_EQ(ItemAt(part, row * 3 + column), ItemAt(items, from));
    }
  }
}

TEST_P(ItemSizes, AreFilledAroundWhatWasWritten) {
  const TemporaryDirectory directory;
  const size_t item_bytes = GetParam().item_bytes;
  const Bytes fill_item = test::RandomBytes(item_bytes, 3);
  const auto array = MakeArray(directory.path(), GetParam(), fill_item);
  const Bytes items = test::RandomBytes(2 * 2 * item_bytes, 4);
  Write(array, {{3, 1, 2, {}}, {2, 1, 2, {}}}, items);
  const Bytes whole = Read(array, {{0, 1, kRows, {}}, {0, 1, kColumns, {}}});
  for (size_t row = 0; row < kRows; ++row) {
    for (size_t column = 0; column < kColumns; ++column) {
      const bool is_written = row >= 3 && row < 5 && column >= 2 && column < 4;
      const Bytes expected = is_written ? ItemAt(items, (row - 3) * 2 + column - 2) : fill_item;
      EXPECT_EQ(ItemAt(whole, row * kColumns + column), expected) << row << ", " << column;
    }
  }
}

TEST_P(ItemSizes, LeaveNoObjectOfNothingButTheFillValue) {
  const TemporaryDirectory directory;
  const Bytes fill_item = test::RandomBytes(GetParam().item_bytes, 5);
  const auto array = MakeArray(directory.path(), GetParam(), fill_item);
  Bytes items;
  for (size_t i = 0; i < 8 * 6; ++i) items.insert(items.end(), fill_item.begin(), fill_item.end());
  Write(array, {{0, 1, 8, {}}, {0, 1, 6, {}}}, items);
  EXPECT_FALSE(std::filesystem::exists(array->ObjectPath(std::vector<uint64_t>{0, 0})));
  items.back() ^= std::byte{1};
  Write(array, {{0, 1, 8, {}}, {0, 1, 6, {}}}, items);
  EXPECT_TRUE(std::filesystem::exists(array->ObjectPath(std::vector<uint64_t>{0, 0})));
}

INSTANTIATE_TEST_SUITE_P(Opaque, ItemSizes,
                         testing::Values(ItemCase{3, 1}, ItemCase{8, 4}, ItemCase{12, 4}, ItemCase{16, 8},
                                         ItemCase{28, 4}, ItemCase{300, 2}),
                         [](const auto& tested) {
                           return std::to_string(tested.param.item_bytes) + "Bytes";
                         });

}  // namespace
}  // namespace quarry
