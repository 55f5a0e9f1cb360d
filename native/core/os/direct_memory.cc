#include "core/os/direct_memory.h"

namespace quarry::os {

MutableBytes DirectWithin(MutableBytes room, size_t bytes) {
  const auto begin = reinterpret_cast<uintptr_t>(room.data());
  const size_t skipped_bytes =
      (kDirectAlignmentBytes - begin % kDirectAlignmentBytes) % kDirectAlignmentBytes;
  return room.subspan(skipped_bytes, bytes);
}

}  // namespace quarry::os
