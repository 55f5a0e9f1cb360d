// Reads a region of a local array into the caller's memory. One task is one cell.
//
// A cell that the region takes whole, and whose place in the output is contiguous, is decoded straight into
// the output; any other is decoded into scratch memory and its part copied with the output's strides. An
// object is opened, and its index read, by the first task that needs it, and closed by the last.
//
// On a fault the output holds some cells and not others: the caller throws it away.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "core/array/array_fault.h"
#include "core/array/cell_copy.h"
#include "core/array/local_array.h"
#include "core/array/objects.h"
#include "core/array/region.h"
#include "core/pool.h"

namespace quarry {

struct ReadRequest {
  std::vector<AxisSelection> selection;
  MutableBytes memory;                     // that `out` lies in
  std::byte* out;                          // the item that the selection's first index goes to
  std::vector<int64_t> out_strides_bytes;  // one an axis
};

class ReadJob final : public Job {
 public:
  // `done` is called once, from the thread that finishes the job; nullopt if all went well or the job was
  // cancelled.
  using Done = std::function<void(std::optional<ArrayFault>)>;

  ReadJob(std::shared_ptr<const LocalArray> array, ReadRequest request, Done done);

  size_t task_count() const override { return task_count_; }
  void RunTask(size_t task, Workspace& workspace) override;
  void Finish() override;

  // Bytes that the job decodes, whole cells counted.
  size_t decoded_bytes() const { return task_count_ * array_->chain().chunk_bytes(); }

 private:
  struct ObjectState {
    std::mutex mutex;
    bool opened = false;  // guarded by mutex; `object` is constant from then on
    OpenObject object;
    std::atomic<size_t> tasks_left{0};
  };

  ArrayOr<const OpenObject*> Open(size_t object, Workspace& workspace);
  ArrayOr<void> ReadCell(const TouchedObject& touched, const OpenObject& object, CellPieces pieces,
                         Workspace& workspace);
  void Fail(ArrayFault fault, const TouchedObject& touched, CellPieces pieces);

  std::shared_ptr<const LocalArray> array_;
  std::byte* out_;
  std::vector<int64_t> out_strides_bytes_;
  Done done_;
  std::vector<RegionAxis> axes_;
  std::vector<TouchedObject> objects_;
  std::unique_ptr<ObjectState[]> states_;
  size_t task_count_ = 0;
  std::mutex fault_mutex_;
  std::optional<ArrayFault> fault_;  // the first one; guarded by fault_mutex_
};

}  // namespace quarry
