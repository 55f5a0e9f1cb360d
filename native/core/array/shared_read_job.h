// Reads several boxes of one local array, which were asked for together: one task is one cell, of which every
// box that wants a part gets it from one decoding. So windows that overlap, or that fall into few chunks,
// cost their chunks once.
//
// Each box is finished, and told so, by itself, as soon as the last of its cells is there; each has its own
// fault, and can be cancelled by itself.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "core/array/array_fault.h"
#include "core/array/box_selection.h"
#include "core/array/local_array.h"
#include "core/array/opened_object.h"
#include "core/array/read_job.h"
#include "core/pool.h"

namespace quarry {

class SharedReadJob final : public Job {
 public:
  // Called once for each request, by its index, from the thread that finishes it; nullopt if all went well.
  using Done = std::function<void(size_t request, std::optional<ArrayFault>)>;

  SharedReadJob(std::shared_ptr<const LocalArray> array, std::vector<ReadRequest<BoxSelection>> requests,
                Done done);

  size_t task_count() const override { return cells_.size(); }
  void RunTask(size_t task, Workspace& workspace) override;
  void Finish() override;

  // From any thread. The request still ends when its cells have been passed over; one that is none is not
  // heard.
  void CancelRequest(size_t request);

 private:
  // What a request wants of a cell: the object's number in its selection.
  struct Part {
    size_t request;
    size_t object;
  };
  struct Cell {
    size_t object;
    size_t cell_in_object;
    size_t first_part;
    size_t part_count;
  };
  struct Object {
    std::vector<uint64_t> coordinates;
    OpenedObject opened;
  };
  struct RequestState {
    std::atomic<size_t> cells_left{0};
    std::atomic<bool> cancelled{false};
    std::atomic<bool> failed{false};
    bool finished = false;  // set by the last task of its cells, read after all tasks
    std::mutex mutex;
    std::optional<ArrayFault> fault;  // the first one; guarded by mutex
  };

  bool wants_cells(size_t request) const {
    const RequestState& state = states_[request];
    return !state.cancelled.load(std::memory_order_relaxed) && !state.failed.load(std::memory_order_relaxed);
  }
  // `wanted`: the parts of `cell` that are still wanted, at least one.
  ArrayOr<void> ReadCell(const Cell& cell, const OpenObject& object, std::span<const Part> wanted,
                         Workspace& workspace);
  void Fail(size_t request, const ArrayFault& fault);
  void CellDone(size_t request);

  std::shared_ptr<const LocalArray> array_;
  std::vector<ReadRequest<BoxSelection>> requests_;
  Done done_;
  std::vector<RequestState> states_;  // one a request
  std::vector<Object> objects_;
  std::vector<Cell> cells_;  // a task each
  std::vector<Part> parts_;
  std::atomic<size_t> requests_wanted_;
};

}  // namespace quarry
