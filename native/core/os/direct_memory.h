// Memory for direct writes (O_DIRECT), which pass the page cache by: the operating system takes them only
// from an address, of a length and to an offset that are multiples of the device's block.
#pragma once

#include <cstddef>

#include "core/bytes.h"

namespace quarry::os {

// A page: no block device that Linux takes direct writes for has a larger logical block.
inline constexpr size_t kDirectAlignmentBytes = 4096;

// Bytes in which `bytes` aligned ones find room, wherever these begin.
constexpr size_t RoomForDirect(size_t bytes) { return bytes + kDirectAlignmentBytes - 1; }

// The first `bytes` aligned bytes of `room`, which has RoomForDirect(bytes).
MutableBytes DirectWithin(MutableBytes room, size_t bytes);

}  // namespace quarry::os
