// The objects that a box touches, in C order of their coordinates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/array/region.h"

namespace quarry {

struct TouchedObject {
  std::vector<const ObjectRun*> runs;  // one an axis
  std::vector<uint64_t> coordinates;
  size_t cell_count = 1;  // that the box touches
};

// `axes` is kept alive by the caller.
inline std::vector<TouchedObject> ListTouchedObjects(const std::vector<RegionAxis>& axes) {
  std::vector<TouchedObject> objects;
  std::vector<size_t> position(axes.size(), 0);
  for (const RegionAxis& axis : axes) {
    if (axis.objects().empty()) return objects;
  }
  for (;;) {
    TouchedObject object;
    for (size_t i = 0; i < axes.size(); ++i) {
      object.runs.push_back(&axes[i].objects()[position[i]]);
      object.coordinates.push_back(object.runs.back()->object);
      object.cell_count *= object.runs.back()->piece_count;
    }
    objects.push_back(std::move(object));
    size_t at = axes.size();
    for (;;) {
      if (at == 0) return objects;
      --at;
      if (++position[at] < axes[at].objects().size()) break;
      position[at] = 0;
    }
  }
}

}  // namespace quarry
