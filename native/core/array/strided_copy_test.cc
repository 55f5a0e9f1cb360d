#include "core/array/strided_copy.h"

#include <gtest/gtest.h>

#include <array>
#include <numeric>
#include <vector>

namespace quarry {
namespace {

// Copies [3, 4, 5] boxes between arrays of other strides and compares every item.
template <typename Item>
void CopiesEveryItem() {
  const std::vector<uint64_t> counts = {3, 4, 5};
  const std::vector<uint64_t> source_shape = {3, 8, 5};  // every other row is taken
  std::vector<Item> source(3 * 8 * 5);
  std::iota(reinterpret_cast<uint8_t*>(source.data()),
            reinterpret_cast<uint8_t*>(source.data() + source.size()), uint8_t{1});
  std::vector<int64_t> source_strides(3);
  ContiguousStrides(source_shape, sizeof(Item), source_strides);
  source_strides[1] *= 2;

  std::vector<Item> target(3 * 4 * 5);
  std::vector<int64_t> target_strides(3);
  ContiguousStrides(counts, sizeof(Item), target_strides);
  // The last axis is written backwards.
  auto* last = reinterpret_cast<std::byte*>(target.data()) + 4 * target_strides[2];
  target_strides[2] = -target_strides[2];

  CopyBox(last, target_strides, reinterpret_cast<const std::byte*>(source.data()), source_strides, counts,
          sizeof(Item));
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 4; ++j) {
      for (size_t k = 0; k < 5; ++k) {
        EXPECT_EQ(target[(i * 4 + j) * 5 + (4 - k)], source[(i * 8 + 2 * j) * 5 + k]);
      }
    }
  }
}

TEST(CopyBox, CopiesItemsOfEverySize) {
  CopiesEveryItem<uint8_t>();
  CopiesEveryItem<uint16_t>();
  CopiesEveryItem<uint32_t>();
  CopiesEveryItem<uint64_t>();
  CopiesEveryItem<std::array<uint8_t, 3>>();
  CopiesEveryItem<std::array<uint8_t, 12>>();
  CopiesEveryItem<std::array<uint8_t, 16>>();
  CopiesEveryItem<std::array<uint8_t, 300>>();
}

TEST(CopyBox, CopiesASingleItemAndNoItem) {
  uint32_t source = 7;
  uint32_t target = 0;
  const auto copy = [&](std::span<const uint64_t> counts) {
    const std::vector<int64_t> strides(counts.size(), 4);
    CopyBox(reinterpret_cast<std::byte*>(&target), strides, reinterpret_cast<const std::byte*>(&source),
            strides, counts, 4);
  };
  copy(std::vector<uint64_t>{2, 0});
  EXPECT_EQ(target, 0u);
  copy({});
  EXPECT_EQ(target, 7u);
}

TEST(FillBox, RepeatsTheItem) {
  for (const size_t item_bytes : {1u, 2u, 3u, 4u, 8u, 12u, 16u, 28u, 300u}) {
    std::vector<std::byte> target(4 * 6 * item_bytes);
    std::vector<std::byte> item(item_bytes);
    for (size_t i = 0; i < item_bytes; ++i) item[i] = std::byte(i + 1);
    const std::vector<uint64_t> counts = {4, 3};  // every other column
    const std::vector<int64_t> strides = {static_cast<int64_t>(6 * item_bytes),
                                          static_cast<int64_t>(2 * item_bytes)};
    FillBox(target.data(), strides, item.data(), counts, item_bytes);
    for (size_t i = 0; i < 24; ++i) {
      for (size_t b = 0; b < item_bytes; ++b) {
        EXPECT_EQ(target[i * item_bytes + b], i % 2 == 0 ? item[b] : std::byte{0});
      }
    }
  }
}

}  // namespace
}  // namespace quarry
