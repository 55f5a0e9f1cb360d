#include "core/array/strided_copy.h"

#include <array>
#include <cstring>

#include "core/array/limits.h"

namespace quarry {
namespace {

struct Axis {
  uint64_t count;
  int64_t target_stride;
  int64_t source_stride;
};

template <typename Item>
void CopyRun(std::byte* target, int64_t target_stride, const std::byte* source, int64_t source_stride,
             uint64_t count) {
  if (source_stride == 0) {
    Item item;
    std::memcpy(&item, source, sizeof item);
    for (uint64_t i = 0; i < count; ++i, target += target_stride) std::memcpy(target, &item, sizeof item);
    return;
  }
  for (uint64_t i = 0; i < count; ++i, target += target_stride, source += source_stride) {
    std::memcpy(target, source, sizeof(Item));
  }
}

void CopyRun(std::byte* target, const std::byte* source, const Axis& axis, size_t item_bytes) {
  const auto size = static_cast<int64_t>(item_bytes);
  if (axis.target_stride == size && axis.source_stride == size) {
    std::memcpy(target, source, axis.count * item_bytes);
    return;
  }
  switch (item_bytes) {
    case 1:
      if (axis.target_stride == 1 && axis.source_stride == 0) {
        std::memset(target, static_cast<int>(*source), axis.count);
        return;
      }
      return CopyRun<uint8_t>(target, axis.target_stride, source, axis.source_stride, axis.count);
    case 2:
      return CopyRun<uint16_t>(target, axis.target_stride, source, axis.source_stride, axis.count);
    case 4:
      return CopyRun<uint32_t>(target, axis.target_stride, source, axis.source_stride, axis.count);
    case 8:
      return CopyRun<uint64_t>(target, axis.target_stride, source, axis.source_stride, axis.count);
    case 16:
      return CopyRun<SixteenBytes>(target, axis.target_stride, source, axis.source_stride, axis.count);
    default:
      for (uint64_t i = 0; i < axis.count; ++i) {
        std::memcpy(target, source, item_bytes);
        target += axis.target_stride;
        source += axis.source_stride;
      }
  }
}

}  // namespace

void CopyBox(std::byte* target, std::span<const int64_t> target_strides, const std::byte* source,
             std::span<const int64_t> source_strides, std::span<const uint64_t> counts, size_t item_bytes) {
  // Axes that lie one inside the other in both memories are walked as one.
  std::array<Axis, kDimensionsMax> axes;
  size_t axis_count = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) return;
    if (counts[i] == 1) continue;
    const Axis axis{counts[i], target_strides[i], source_strides[i]};
    if (axis_count > 0) {
      Axis& outer = axes[axis_count - 1];
      const auto extent = static_cast<int64_t>(axis.count);
      if (outer.target_stride == axis.target_stride * extent &&
          outer.source_stride == axis.source_stride * extent) {
        outer = {outer.count * axis.count, axis.target_stride, axis.source_stride};
        continue;
      }
    }
    axes[axis_count++] = axis;
  }
  if (axis_count == 0) {
    std::memcpy(target, source, item_bytes);
    return;
  }

  const Axis inner = axes[--axis_count];
  std::array<uint64_t, kDimensionsMax> position{};
  for (;;) {
    CopyRun(target, source, inner, item_bytes);
    size_t at = axis_count;
    for (;;) {
      if (at == 0) return;
      --at;
      target += axes[at].target_stride;
      source += axes[at].source_stride;
      if (++position[at] < axes[at].count) break;
      position[at] = 0;
      target -= axes[at].target_stride * static_cast<int64_t>(axes[at].count);
      source -= axes[at].source_stride * static_cast<int64_t>(axes[at].count);
    }
  }
}

void ContiguousStrides(std::span<const uint64_t> shape, size_t item_bytes, std::span<int64_t> strides) {
  auto stride = static_cast<int64_t>(item_bytes);
  for (size_t i = shape.size(); i-- > 0;) {
    strides[i] = stride;
    stride *= static_cast<int64_t>(shape[i]);
  }
}

}  // namespace quarry
