// Reads a selection of a local array into the caller's memory. One task is one cell.
//
// On a fault the output holds some cells and not others: the caller throws it away.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "core/array/array_fault.h"
#include "core/array/local_array.h"
#include "core/array/opened_object.h"
#include "core/array/selection.h"
#include "core/pool.h"

namespace quarry {

template <Selection S>
struct ReadRequest {
  S selection;
  MutableBytes memory;  // that `out` lies in
  std::byte* out;       // the place of the selection's first item
};

template <Selection S>
class ReadJob final : public Job {
 public:
  // `done` is called once, from the thread that finishes the job; nullopt if all went well.
  using Done = std::function<void(std::optional<ArrayFault>)>;

  ReadJob(std::shared_ptr<const LocalArray> array, ReadRequest<S> request, Done done);

  size_t task_count() const override { return task_count_; }
  void RunTask(size_t task, Workspace& workspace) override;
  void Finish() override;

  // Bytes that the job decodes, whole cells counted.
  size_t decoded_bytes() const { return task_count_ * array_->chain().chunk_bytes(); }

 private:
  struct ObjectState {
    size_t first_task = 0;
    OpenedObject object;
  };

  ArrayOr<void> ReadCell(const OpenObject& object, size_t cell_in_object, const typename S::Part& part,
                         Workspace& workspace);
  void Fail(ArrayFault fault, size_t object, std::optional<size_t> cell_in_object);

  std::shared_ptr<const LocalArray> array_;
  ReadRequest<S> request_;
  Done done_;
  std::vector<ObjectState> states_;  // one an object
  size_t task_count_ = 0;
  std::mutex fault_mutex_;
  std::optional<ArrayFault> fault_;  // the first one; guarded by fault_mutex_
};

}  // namespace quarry
