// The objects that a region touches, in C order of their coordinates, with the tasks that a job does in each
// numbered through: tasks of one object are neighbours, so that threads stay together in one file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/array/region.h"

namespace quarry {

struct TouchedObject {
  std::vector<const ObjectRun*> runs;  // one an axis
  std::vector<uint64_t> coordinates;
  size_t first_task = 0;
  size_t task_count = 0;
};

// `axes` is kept alive by the caller. `tasks_of` gives the number of tasks in an object.
template <typename TasksOf>
std::vector<TouchedObject> ListTouchedObjects(const std::vector<RegionAxis>& axes, TasksOf tasks_of) {
  std::vector<TouchedObject> objects;
  std::vector<size_t> position(axes.size(), 0);
  for (const RegionAxis& axis : axes) {
    if (axis.objects().empty()) return objects;
  }
  size_t task_total = 0;
  for (;;) {
    TouchedObject object;
    for (size_t i = 0; i < axes.size(); ++i) {
      object.runs.push_back(&axes[i].objects()[position[i]]);
      object.coordinates.push_back(object.runs.back()->object);
    }
    object.first_task = task_total;
    object.task_count = tasks_of(object);
    task_total += object.task_count;
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
