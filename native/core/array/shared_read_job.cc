#include "core/array/shared_read_job.h"

#include <algorithm>
#include <map>
#include <new>
#include <span>
#include <tuple>
#include <utility>

#include "core/array/cell_decode.h"
#include "core/os/memory.h"

namespace quarry {
namespace {

// A cell that one request touches.
struct Touch {
  size_t object;  // among those of all requests
  size_t cell_in_object;
  size_t request;
  size_t object_of_request;
};

}  // namespace

SharedReadJob::SharedReadJob(std::shared_ptr<const LocalArray> array,
                             std::vector<ReadRequest<BoxSelection>> requests, Done done)
    : array_(std::move(array)),
      requests_(std::move(requests)),
      done_(std::move(done)),
      states_(requests_.size()),
      requests_wanted_(requests_.size()) {
  std::map<std::vector<uint64_t>, size_t> objects;
  std::vector<Touch> touches;
  for (size_t request = 0; request < requests_.size(); ++request) {
    const BoxSelection& selection = requests_[request].selection;
    for (size_t i = 0; i < selection.object_count(); ++i) {
      const std::span<const uint64_t> coordinates = selection.coordinates(i);
      const auto [found, is_new] =
          objects.try_emplace({coordinates.begin(), coordinates.end()}, objects.size());
      for (size_t nth = 0; nth < selection.touched_cells(i); ++nth) {
        touches.push_back({found->second, selection.TouchedCell(i, nth), request, i});
      }
      states_[request].cells_left += selection.touched_cells(i);
    }
    os::AdviseHugePages(requests_[request].memory);
  }
  objects_ = std::vector<Object>(objects.size());
  for (const auto& [coordinates, index] : objects) objects_[index].coordinates = coordinates;

  std::ranges::sort(touches, {}, [](const Touch& touch) {
    return std::tuple(touch.object, touch.cell_in_object, touch.request);
  });
  parts_.reserve(touches.size());
  std::vector<size_t> cells_of_object(objects_.size(), 0);
  for (const Touch& touch : touches) {
    const bool is_new = cells_.empty() || cells_.back().object != touch.object ||
                        cells_.back().cell_in_object != touch.cell_in_object;
    if (is_new) {
      cells_.push_back({touch.object, touch.cell_in_object, parts_.size(), 0});
      cells_of_object[touch.object] += 1;
    }
    cells_.back().part_count += 1;
    parts_.push_back({touch.request, touch.object_of_request});
  }
  for (size_t i = 0; i < objects_.size(); ++i) objects_[i].opened.ExpectTasks(cells_of_object[i]);
}

void SharedReadJob::RunTask(size_t task, Workspace& workspace) {
  const Cell& cell = cells_[task];
  Object& object = objects_[cell.object];
  const std::span<const Part> parts = std::span(parts_).subspan(cell.first_part, cell.part_count);
  try {
    std::vector<Part> wanted;
    std::ranges::copy_if(parts, std::back_inserter(wanted),
                         [this](const Part& part) { return wants_cells(part.request); });
    if (!wanted.empty()) {
      std::optional<ArrayFault> fault;
      if (auto opened = object.opened.Open(*array_, object.coordinates, workspace); !opened) {
        fault = array_->Placed(std::move(opened.error()), object.coordinates, std::nullopt);
      } else if (auto read = ReadCell(cell, **opened, wanted, workspace); !read) {
        fault = array_->Placed(std::move(read.error()), object.coordinates, cell.cell_in_object);
      }
      if (fault) {
        for (const Part& part : wanted) Fail(part.request, *fault);
      }
    }
  } catch (const std::bad_alloc&) {
    for (const Part& part : parts) Fail(part.request, {.kind = ArrayFaultKind::kMemory});
  }
  object.opened.TaskDone();
  for (const Part& part : parts) CellDone(part.request);
}

ArrayOr<void> SharedReadJob::ReadCell(const Cell& cell, const OpenObject& object,
                                      std::span<const Part> wanted, Workspace& workspace) {
  auto encoded = array_->ReadEncodedCell(object, cell.cell_in_object, workspace);
  if (!encoded) return std::unexpected(std::move(encoded.error()));
  std::vector<CellCopy> copies;
  copies.reserve(wanted.size());
  std::vector<PartInMemory<CellCopy>> parts;
  for (const Part& part : wanted) {
    const ReadRequest<BoxSelection>& request = requests_[part.request];
    copies.push_back(*request.selection.Find(part.object, cell.cell_in_object));
    if (*encoded) {
      parts.push_back({&copies.back(), request.out});
    } else {
      copies.back().FillMemory(array_->fill_item().data(), request.out);
    }
  }
  if (!*encoded) return {};
  return DecodeToParts(*array_, **encoded, std::span(parts), workspace);
}

void SharedReadJob::Finish() {
  for (size_t request = 0; request < requests_.size(); ++request) {
    const RequestState& state = states_[request];
    if (state.finished) continue;
    if (state.cells_left == 0) {
      done_(request, std::nullopt);  // It has no cells.
    } else {
      done_(request, ArrayFault{.kind = ArrayFaultKind::kCancelled});  // The pool has passed over some.
    }
  }
}

void SharedReadJob::CancelRequest(size_t request) {
  if (request >= states_.size() || states_[request].cancelled.exchange(true)) return;
  if (requests_wanted_.fetch_sub(1) == 1) Cancel();
}

void SharedReadJob::Fail(size_t request, const ArrayFault& fault) {
  RequestState& state = states_[request];
  std::lock_guard lock(state.mutex);
  if (!state.fault) state.fault = fault;
  state.failed = true;
}

void SharedReadJob::CellDone(size_t request) {
  RequestState& state = states_[request];
  if (state.cells_left.fetch_sub(1) != 1) return;
  state.finished = true;
  std::optional<ArrayFault> fault;
  {
    std::lock_guard lock(state.mutex);
    fault = std::move(state.fault);
  }
  if (state.cancelled && !fault) fault = ArrayFault{.kind = ArrayFaultKind::kCancelled};
  done_(request, std::move(fault));
}

}  // namespace quarry
