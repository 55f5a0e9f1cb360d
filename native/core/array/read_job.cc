#include "core/array/read_job.h"

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include "core/array/limits.h"
#include "core/os/memory.h"

namespace quarry {

ReadJob::ReadJob(std::shared_ptr<const LocalArray> array, ReadRequest request, Done done)
    : array_(std::move(array)),
      out_(request.out),
      out_strides_bytes_(std::move(request.out_strides_bytes)),
      done_(std::move(done)) {
  axes_.reserve(request.selection.size());
  for (size_t i = 0; i < request.selection.size(); ++i) {
    axes_.emplace_back(request.selection[i], array_->cell_shape()[i], array_->cells_per_object()[i]);
  }
  objects_ = ListTouchedObjects(axes_, [](const TouchedObject& object) {
    size_t count = 1;
    for (const ObjectRun* run : object.runs) count *= run->piece_count;
    return count;
  });
  states_ = std::make_unique<ObjectState[]>(objects_.size());
  for (size_t i = 0; i < objects_.size(); ++i) states_[i].tasks_left = objects_[i].task_count;
  os::AdviseHugePages(request.memory);
  if (!objects_.empty()) task_count_ = objects_.back().first_task + objects_.back().task_count;
}

void ReadJob::RunTask(size_t task, Workspace& workspace) {
  const auto after = std::ranges::upper_bound(objects_, task, {}, &TouchedObject::first_task);
  const TouchedObject& touched = *(after - 1);
  const auto object_index = static_cast<size_t>(after - 1 - objects_.begin());

  std::array<const Piece*, kDimensionsMax> piece_room{};
  const std::span<const Piece*> pieces(piece_room.data(), axes_.size());
  size_t rest = task - touched.first_task;
  for (size_t i = axes_.size(); i-- > 0;) {
    const ObjectRun& run = *touched.runs[i];
    pieces[i] = &axes_[i].pieces()[run.first_piece + rest % run.piece_count];
    rest /= run.piece_count;
  }

  try {
    auto object = Open(object_index, workspace);
    if (!object) {
      Fail(std::move(object.error()), touched, {});
    } else if (auto read = ReadCell(touched, **object, pieces, workspace); !read) {
      Fail(std::move(read.error()), touched, pieces);
    }
  } catch (const std::bad_alloc&) {
    Fail({.kind = ArrayFaultKind::kMemory}, touched, pieces);
  }

  if (states_[object_index].tasks_left.fetch_sub(1) == 1) states_[object_index].object = {};
}

ArrayOr<const OpenObject*> ReadJob::Open(size_t object, Workspace& workspace) {
  ObjectState& state = states_[object];
  std::lock_guard lock(state.mutex);
  if (!state.opened) {
    auto opened = array_->OpenForReading(objects_[object].coordinates, workspace);
    if (!opened) return std::unexpected(std::move(opened.error()));
    state.object = std::move(*opened);
    state.opened = true;
  }
  return &state.object;
}

ArrayOr<void> ReadJob::ReadCell(const TouchedObject& touched, const OpenObject& object, CellPieces pieces,
                                Workspace& workspace) {
  size_t cell_in_object = 0;
  for (size_t i = 0; i < pieces.size(); ++i) {
    const uint64_t within = pieces[i]->cell - touched.coordinates[i] * array_->cells_per_object()[i];
    cell_in_object = cell_in_object * array_->cells_per_object()[i] + within;
  }
  const CellCopy copy(axes_, pieces, array_->cell_shape(), out_strides_bytes_, array_->item_bytes());

  auto encoded = array_->ReadEncodedCell(object, cell_in_object, workspace);
  if (!encoded) return std::unexpected(std::move(encoded.error()));
  if (!*encoded) {
    copy.FillMemory(array_->fill_item().data(), out_);
    return {};
  }

  const auto codec_fault = [](const ChainFault& fault) {
    return std::unexpected(ArrayFault{.kind = ArrayFaultKind::kChunkCodec, .chain = fault});
  };
  const size_t cell_bytes = array_->chain().chunk_bytes();
  if (const auto straight = copy.WholeCellOffset()) {
    const auto decoded = array_->chain().Decode(**encoded, {out_ + *straight, cell_bytes}, workspace);
    if (!decoded) return codec_fault(decoded.error());
    return {};
  }
  std::byte* const cell = workspace.chunk_scratch[0].Reserve(cell_bytes);
  if (cell == nullptr) {
    return std::unexpected(ArrayFault{.kind = ArrayFaultKind::kMemory, .expected = cell_bytes});
  }
  const auto [begin, end] = copy.CellRange();
  const auto decoded = array_->chain().DecodeRange(**encoded, {cell, cell_bytes}, begin, end, workspace);
  if (!decoded) return codec_fault(decoded.error());
  copy.ToMemory(cell, out_);
  return {};
}

void ReadJob::Finish() {
  if (cancelled() && !fault_) fault_ = ArrayFault{.kind = ArrayFaultKind::kCancelled};
  done_(std::move(fault_));
}

void ReadJob::Fail(ArrayFault fault, const TouchedObject& touched, CellPieces pieces) {
  Cancel();
  std::lock_guard lock(fault_mutex_);
  if (fault_) return;
  fault.object = touched.coordinates;
  for (const Piece* piece : pieces) fault.cell.push_back(piece->cell);
  if (fault.path.empty()) fault.path = array_->ObjectPath(touched.coordinates);
  fault_ = std::move(fault);
}

}  // namespace quarry
