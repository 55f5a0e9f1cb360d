#include "core/array/read_job.h"

#include <algorithm>
#include <new>
#include <utility>

#include "core/array/box_selection.h"
#include "core/array/cell_decode.h"
#include "core/array/point_selection.h"
#include "core/os/memory.h"

namespace quarry {

template <Selection S>
ReadJob<S>::ReadJob(std::shared_ptr<const LocalArray> array, ReadRequest<S> request, Done done)
    : array_(std::move(array)),
      request_(std::move(request)),
      done_(std::move(done)),
      states_(request_.selection.object_count()) {
  for (size_t i = 0; i < states_.size(); ++i) {
    const size_t cells = request_.selection.touched_cells(i);
    states_[i].first_task = task_count_;
    states_[i].object.ExpectTasks(cells);
    task_count_ += cells;
  }
  os::AdviseHugePages(request_.memory);
}

template <Selection S>
void ReadJob<S>::RunTask(size_t task, Workspace& workspace) {
  const auto after = std::ranges::upper_bound(states_, task, {}, &ObjectState::first_task);
  ObjectState& state = *(after - 1);
  const auto object_index = static_cast<size_t>(after - 1 - states_.begin());
  const size_t cell_in_object = request_.selection.TouchedCell(object_index, task - state.first_task);

  try {
    auto object = state.object.Open(*array_, request_.selection.coordinates(object_index), workspace);
    if (!object) {
      Fail(std::move(object.error()), object_index, std::nullopt);
    } else {
      const auto part = request_.selection.Find(object_index, cell_in_object);
      if (auto read = ReadCell(**object, cell_in_object, *part, workspace); !read) {
        Fail(std::move(read.error()), object_index, cell_in_object);
      }
    }
  } catch (const std::bad_alloc&) {
    Fail({.kind = ArrayFaultKind::kMemory}, object_index, cell_in_object);
  }

  state.object.TaskDone();
}

template <Selection S>
ArrayOr<void> ReadJob<S>::ReadCell(const OpenObject& object, size_t cell_in_object,
                                   const typename S::Part& part, Workspace& workspace) {
  auto encoded = array_->ReadEncodedCell(object, cell_in_object, workspace);
  if (!encoded) return std::unexpected(std::move(encoded.error()));
  if (!*encoded) {
    part.FillMemory(array_->fill_item().data(), request_.out);
    return {};
  }

  PartInMemory<typename S::Part> wanted{&part, request_.out};
  return DecodeToParts(*array_, **encoded, std::span(&wanted, 1), workspace);
}

template <Selection S>
void ReadJob<S>::Finish() {
  if (cancelled() && !fault_) fault_ = ArrayFault{.kind = ArrayFaultKind::kCancelled};
  done_(std::move(fault_));
}

template <Selection S>
void ReadJob<S>::Fail(ArrayFault fault, size_t object, std::optional<size_t> cell_in_object) {
  Cancel();
  std::lock_guard lock(fault_mutex_);
  if (fault_) return;
  fault_ = array_->Placed(std::move(fault), request_.selection.coordinates(object), cell_in_object);
}

template class ReadJob<BoxSelection>;
template class ReadJob<PointSelection>;

}  // namespace quarry
