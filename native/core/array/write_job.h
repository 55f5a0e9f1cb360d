// Writes a selection of a local array from the caller's memory. One task is one cell of a touched object, or
// a run of its cells that stay as they are.
//
//   1. Cells that the selection covers (as far as they lie inside the array) are gathered and encoded; cells
//      that it touches in part are decoded, changed and encoded again; the others keep their encoded bytes.
//   2. Each object is written to a new file beside the old one.
//   3. Only when every object of the selection is complete are they renamed to their names, one after
//   another.
// A fault or a cancellation before step 3 leaves everything as it was; each object is replaced whole or not
// at all.
//
// A cell that holds nothing but the fill value is left out, as zarr-python does by default.
//
// A job may also be one of several that put the same objects together (write_draft.h): it then makes the next
// cells of each, and step 3 is the last one's.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "core/array/array_fault.h"
#include "core/array/local_array.h"
#include "core/array/object_writer.h"
#include "core/array/selection.h"
#include "core/array/write_draft.h"
#include "core/pool.h"

namespace quarry {

template <Selection S>
struct WriteRequest {
  S selection;
  std::vector<uint64_t> array_shape;  // of the array as it will be: the selection lies inside
  const std::byte* source;            // the place of the selection's first item
  bool write_fill_cells = false;      // write cells of nothing but the fill value as well
  std::optional<DraftPart> part;      // of a draft, which the selection's objects are then put together in
};

template <Selection S>
class WriteJob final : public Job {
 public:
  using Done = std::function<void(std::optional<ArrayFault>)>;

  WriteJob(std::shared_ptr<const LocalArray> array, WriteRequest<S> request, Done done);

  size_t task_count() const override { return request_.selection.object_count() * cell_count_; }
  void RunTask(size_t task, Workspace& workspace) override;
  void Finish() override;
  void Cancel() override;

 private:
  struct ObjectState {
    std::mutex mutex;
    // Made by the first task of the object, or a draft's; guarded by mutex until then.
    std::shared_ptr<ObjectWriter> writer;
    OpenObject old;  // opened with it, unless the selection covers the whole object
  };

  ArrayOr<ObjectState*> Prepare(size_t object, Workspace& workspace);
  // Both say whether the object's last cell was written.
  ArrayOr<bool> MakeCell(ObjectState& state, const S::Part& part, size_t cell_in_object,
                         Workspace& workspace);
  // `cell` is the run's first, and in the end, or at the time of a fault, the one that comes next.
  ArrayOr<bool> KeepCells(ObjectState& state, size_t object, size_t& cell, Workspace& workspace);
  bool IsTouched(size_t object, size_t cell_in_object) const {
    return request_.selection.Find(object, cell_in_object).has_value();
  }
  ArrayOr<std::optional<ByteView>> NewCell(const OpenObject& old, const S::Part& part, size_t cell_in_object,
                                           Workspace& workspace);
  ArrayOr<std::optional<ByteView>> EncodeCell(ByteView cell, Workspace& workspace) const;
  bool IsAllFill(ByteView cell) const;
  // Whether objects are complete when this job is done.
  bool CompletesObjects() const {
    return !request_.part || request_.part->end_cell == array_->cells_in_object();
  }
  void Fail(ArrayFault fault, size_t object, std::optional<size_t> cell_in_object);

  std::shared_ptr<const LocalArray> array_;
  WriteRequest<S> request_;
  Done done_;
  size_t first_cell_ = 0;  // of each object, in C order, and how many of them are made
  size_t cell_count_ = 0;
  std::mutex mutex_;
  std::unique_ptr<ObjectState[]> states_;  // one an object; taken away, under mutex_, when the job finishes
  std::optional<ArrayFault> fault_;        // the first one; guarded by mutex_
};

}  // namespace quarry
