// An object that several tasks of a job read: opened by the first that needs it, closed by the last.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <mutex>
#include <span>
#include <utility>

#include "core/array/array_fault.h"
#include "core/array/local_array.h"
#include "core/codec/workspace.h"

namespace quarry {

class OpenedObject {
 public:
  // Before the job runs.
  void ExpectTasks(size_t tasks) { tasks_left_ = tasks; }

  // Opens the object, and gets its index, if no other task has. One that could not be opened is tried anew.
  ArrayOr<const OpenObject*> Open(const LocalArray& array, std::span<const uint64_t> coordinates,
                                  Workspace& workspace) {
    std::lock_guard lock(mutex_);
    if (!opened_) {
      auto opened = array.OpenForReading(coordinates, workspace);
      if (!opened) return std::unexpected(std::move(opened.error()));
      object_ = std::move(*opened);
      opened_ = true;
    }
    return &object_;
  }

  // Once for each task, as the last thing that it does with the object.
  void TaskDone() {
    if (tasks_left_.fetch_sub(1) == 1) object_ = {};
  }

 private:
  std::mutex mutex_;
  bool opened_ = false;  // guarded by mutex_; object_ is constant from then on
  OpenObject object_;
  std::atomic<size_t> tasks_left_{0};
};

}  // namespace quarry
