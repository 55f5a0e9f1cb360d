#include "core/os/direct_memory.h"

#include <gtest/gtest.h>

#include <vector>

namespace quarry::os {
namespace {

TEST(DirectMemory, IsAlignedWhereverTheRoomBegins) {
  std::vector<std::byte> heap(2 * kDirectAlignmentBytes + RoomForDirect(5000));
  for (size_t start = 0; start <= kDirectAlignmentBytes; ++start) {
    const MutableBytes room = MutableBytes(heap).subspan(start, RoomForDirect(5000));
    const MutableBytes aligned = DirectWithin(room, 5000);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(aligned.data()) % kDirectAlignmentBytes, 0u);
    EXPECT_EQ(aligned.size(), 5000u);
    EXPECT_GE(aligned.data(), room.data());
    EXPECT_LE(aligned.data() + aligned.size(), room.data() + room.size());
  }
}

}  // namespace
}  // namespace quarry::os
