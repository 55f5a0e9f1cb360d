#include "core/array/read_job.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/array/limits.h"
#include "core/array/strided_copy.h"
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

  auto object = Open(object_index, workspace);
  if (!object) {
    Fail(std::move(object.error()), touched, {});
  } else if (auto read = ReadCell(touched, **object, pieces, workspace); !read) {
    Fail(std::move(read.error()), touched, pieces);
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

ArrayOr<void> ReadJob::ReadCell(const TouchedObject& touched, const OpenObject& object,
                                std::span<const Piece* const> pieces, Workspace& workspace) {
  const size_t dimensions = pieces.size();
  const size_t item_bytes = array_->item_bytes();
  const std::span<const uint64_t> cell_shape = array_->cell_shape();

  std::byte* out = out_;
  std::array<uint64_t, kDimensionsMax> count_room;
  size_t cell_in_object = 0;
  bool straight = true;  // whole cell, contiguous in the output
  auto contiguous = static_cast<int64_t>(item_bytes);
  for (size_t i = dimensions; i-- > 0;) {
    const Piece& piece = *pieces[i];
    count_room[i] = piece.count;
    out += static_cast<int64_t>(piece.out_first) * out_strides_bytes_[i];
    straight =
        straight && piece.count == cell_shape[i] && (piece.count == 1 || out_strides_bytes_[i] == contiguous);
    contiguous *= static_cast<int64_t>(cell_shape[i]);
  }
  for (size_t i = 0; i < dimensions; ++i) {
    const uint64_t within = pieces[i]->cell - touched.coordinates[i] * array_->cells_per_object()[i];
    cell_in_object = cell_in_object * array_->cells_per_object()[i] + within;
  }
  const std::span<const uint64_t> counts(count_room.data(), dimensions);

  auto encoded = array_->ReadEncodedCell(object, cell_in_object, workspace);
  if (!encoded) return std::unexpected(std::move(encoded.error()));
  if (!*encoded) {
    FillBox(out, out_strides_bytes_, array_->fill_item().data(), counts, item_bytes);
    return {};
  }

  const size_t cell_bytes = array_->chain().chunk_bytes();
  if (straight) {
    if (auto decoded = array_->chain().Decode(**encoded, {out, cell_bytes}, workspace); !decoded) {
      return std::unexpected(ArrayFault{.kind = ArrayFaultKind::kChunkCodec, .chain = decoded.error()});
    }
    return {};
  }
  std::byte* const cell = workspace.chunk_scratch[0].Reserve(cell_bytes);
  if (cell == nullptr)
    return std::unexpected(ArrayFault{.kind = ArrayFaultKind::kMemory, .expected = cell_bytes});

  std::array<int64_t, kDimensionsMax> stride_room;
  const std::span<int64_t> cell_strides(stride_room.data(), dimensions);
  ContiguousStrides(cell_shape, item_bytes, cell_strides);
  // The bytes of the cell from the first item that is wanted to the last.
  size_t begin = 0;
  size_t end = item_bytes;
  for (size_t i = 0; i < dimensions; ++i) {
    const auto stride = static_cast<size_t>(cell_strides[i]);
    begin += pieces[i]->first * stride;
    end += (pieces[i]->first + (pieces[i]->count - 1) * axes_[i].step()) * stride;
    cell_strides[i] *= static_cast<int64_t>(axes_[i].step());
  }
  if (auto decoded = array_->chain().DecodeRange(**encoded, {cell, cell_bytes}, begin, end, workspace);
      !decoded) {
    return std::unexpected(ArrayFault{.kind = ArrayFaultKind::kChunkCodec, .chain = decoded.error()});
  }
  const std::byte* source = cell + begin;
  CopyBox(out, out_strides_bytes_, source, cell_strides, counts, item_bytes);
  return {};
}

void ReadJob::Fail(ArrayFault fault, const TouchedObject& touched, std::span<const Piece* const> pieces) {
  Cancel();
  std::lock_guard lock(fault_mutex_);
  if (fault_) return;
  fault.object = touched.coordinates;
  for (const Piece* piece : pieces) fault.cell.push_back(piece->cell);
  if (fault.path.empty()) fault.path = array_->ObjectPath(touched.coordinates);
  fault_ = std::move(fault);
}

}  // namespace quarry
