#include "core/array/write_job.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <utility>

#include "core/array/limits.h"
#include "core/array/strided_copy.h"

namespace quarry {

WriteJob::WriteJob(std::shared_ptr<const LocalArray> array, WriteRequest request, Done done)
    : array_(std::move(array)), request_(std::move(request)), done_(std::move(done)) {
  axes_.reserve(request_.selection.size());
  for (size_t i = 0; i < request_.selection.size(); ++i) {
    axes_.emplace_back(request_.selection[i], array_->cell_shape()[i], array_->cells_per_object()[i]);
  }
  objects_ = ListTouchedObjects(axes_, [this](const TouchedObject&) { return array_->cells_in_object(); });
  states_ = std::make_unique<ObjectState[]>(objects_.size());
  task_count_ = objects_.size() * array_->cells_in_object();
}

bool WriteJob::CoversObject(const TouchedObject& touched) const {
  for (size_t i = 0; i < axes_.size(); ++i) {
    const AxisSelection& selection = request_.selection[i];
    if (selection.is_list()) return false;
    const uint64_t extent = array_->cell_shape()[i] * array_->cells_per_object()[i];
    const uint64_t begin = touched.coordinates[i] * extent;
    const uint64_t end = std::min(begin + extent, request_.array_shape[i]);
    if (selection.step != 1 && selection.count != 1) return false;
    if (selection.start > begin || selection.start + selection.count < end) return false;
  }
  return true;
}

void WriteJob::RunTask(size_t task, Workspace& workspace) {
  const size_t object_index = task / array_->cells_in_object();
  const size_t cell_in_object = task % array_->cells_in_object();
  const TouchedObject& touched = objects_[object_index];

  std::array<uint64_t, kDimensionsMax> cell_room;
  std::array<const Piece*, kDimensionsMax> piece_room;
  const std::span<uint64_t> cell(cell_room.data(), axes_.size());
  size_t rest = cell_in_object;
  for (size_t i = axes_.size(); i-- > 0;) {
    const uint64_t per_object = array_->cells_per_object()[i];
    cell[i] = touched.coordinates[i] * per_object + rest % per_object;
    rest /= per_object;
    piece_room[i] = axes_[i].Find(*touched.runs[i], cell[i]);
  }

  const auto run = [&]() -> ArrayOr<void> {
    auto prepared = Prepare(object_index, workspace);
    if (!prepared) return std::unexpected(std::move(prepared.error()));
    ObjectState& state = **prepared;
    auto encoded =
        MakeCell(state.old, cell_in_object, CellPieces(piece_room.data(), axes_.size()), cell, workspace);
    if (!encoded) return std::unexpected(std::move(encoded.error()));
    auto last = state.writer->Add(cell_in_object, *encoded);
    if (!last) return std::unexpected(std::move(last.error()));
    if (!*last) return {};
    state.old = {};
    return state.writer->Complete(workspace);
  };
  try {
    if (auto done = run(); !done) Fail(std::move(done.error()), touched, cell);
  } catch (const std::bad_alloc&) {
    Fail({.kind = ArrayFaultKind::kMemory}, touched, cell);
  }
}

ArrayOr<WriteJob::ObjectState*> WriteJob::Prepare(size_t object, Workspace& workspace) {
  ObjectState& state = states_[object];
  std::lock_guard lock(state.mutex);
  if (state.writer == nullptr) {
    const TouchedObject& touched = objects_[object];
    if (!CoversObject(touched)) {
      auto opened = array_->OpenForReading(touched.coordinates, workspace);
      if (!opened) return std::unexpected(std::move(opened.error()));
      state.old = std::move(*opened);
    }
    state.writer = std::make_unique<ObjectWriter>(*array_, array_->ObjectPath(touched.coordinates));
    // Whoever cancels has passed by the writers that there were.
    if (cancelled()) state.writer->Abandon();
  }
  return &state;
}

bool WriteJob::Covers(std::span<const uint64_t> cell, CellPieces pieces) const {
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (axes_[i].is_list()) return false;  // of which some may be repeated
    const uint64_t begin = cell[i] * array_->cell_shape()[i];
    const uint64_t inside = std::min(array_->cell_shape()[i], request_.array_shape[i] - begin);
    if (pieces[i]->count != inside || pieces[i]->first != 0) return false;
  }
  return true;
}

bool WriteJob::IsAllFill(ByteView cell) const {
  const ByteView item = array_->fill_item();
  if (cell.empty() || std::memcmp(cell.data(), item.data(), item.size()) != 0) return false;
  // Each item equals the one before it, and the first is the fill value.
  return std::memcmp(cell.data(), cell.data() + item.size(), cell.size() - item.size()) == 0;
}

ArrayOr<std::optional<ByteView>> WriteJob::MakeCell(const OpenObject& old, size_t cell_in_object,
                                                    CellPieces pieces, std::span<const uint64_t> cell,
                                                    Workspace& workspace) {
  if (std::ranges::find(pieces, nullptr) != pieces.end()) {
    return array_->ReadEncodedCell(old, cell_in_object, workspace);
  }

  const CellCopy copy(axes_, pieces, array_->cell_shape(), request_.source_strides_bytes,
                      array_->item_bytes());
  const size_t cell_bytes = array_->chain().chunk_bytes();
  if (const auto straight = copy.WholeCellOffset()) {
    return EncodeCell({request_.source + *straight, cell_bytes}, workspace);
  }
  std::byte* const chunk = workspace.chunk_scratch[0].Reserve(cell_bytes);
  if (chunk == nullptr) {
    return std::unexpected(ArrayFault{.kind = ArrayFaultKind::kMemory, .expected = cell_bytes});
  }
  std::optional<ByteView> encoded;
  if (!Covers(cell, pieces)) {
    auto read = array_->ReadEncodedCell(old, cell_in_object, workspace);
    if (!read) return std::unexpected(std::move(read.error()));
    encoded = *read;
  }
  if (encoded) {
    if (auto decoded = array_->chain().Decode(*encoded, {chunk, cell_bytes}, workspace); !decoded) {
      return std::unexpected(ArrayFault{.kind = ArrayFaultKind::kChunkCodec, .chain = decoded.error()});
    }
  } else {
    const size_t item_bytes = array_->item_bytes();
    const std::array<uint64_t, 1> items = {cell_bytes / item_bytes};
    const std::array<int64_t, 1> stride = {static_cast<int64_t>(item_bytes)};
    FillBox(chunk, stride, array_->fill_item().data(), items, item_bytes);
  }
  copy.ToCell(request_.source, chunk);
  return EncodeCell({chunk, cell_bytes}, workspace);
}

ArrayOr<std::optional<ByteView>> WriteJob::EncodeCell(ByteView cell, Workspace& workspace) const {
  if (!request_.write_fill_cells && IsAllFill(cell)) return std::nullopt;
  auto encoded = array_->chain().Encode(cell, workspace);
  if (!encoded) {
    return std::unexpected(ArrayFault{.kind = ArrayFaultKind::kChunkCodec, .chain = encoded.error()});
  }
  return *encoded;
}

void WriteJob::Finish() {
  std::unique_ptr<ObjectState[]> states;
  bool complete = false;
  {
    std::lock_guard lock(mutex_);
    states = std::move(states_);
    complete = !fault_ && !cancelled();
  }
  // Step 3. From here on a cancellation comes too late.
  for (size_t i = 0; complete && i < objects_.size(); ++i) {
    if (auto published = states[i].writer->Publish(); !published) {
      Fail(std::move(published.error()), objects_[i], {});
      break;
    }
  }
  if (!complete && !fault_) fault_ = ArrayFault{.kind = ArrayFaultKind::kCancelled};
  states.reset();  // removes the files that were not published, before the caller hears of it
  done_(std::move(fault_));
}

void WriteJob::Cancel() {
  Job::Cancel();
  std::lock_guard lock(mutex_);
  if (states_ == nullptr) return;
  for (size_t i = 0; i < objects_.size(); ++i) {
    std::lock_guard state_lock(states_[i].mutex);
    if (states_[i].writer != nullptr) states_[i].writer->Abandon();
  }
}

void WriteJob::Fail(ArrayFault fault, const TouchedObject& touched, std::span<const uint64_t> cell) {
  {
    std::lock_guard lock(mutex_);
    if (fault_) return;
    fault.object = touched.coordinates;
    const bool of_cell = fault.kind == ArrayFaultKind::kChunkCodec ||
                         fault.kind == ArrayFaultKind::kEntryOutOfBounds ||
                         fault.kind == ArrayFaultKind::kChunkTooLarge;
    if (of_cell) fault.cell.assign(cell.begin(), cell.end());
    if (fault.path.empty()) fault.path = array_->ObjectPath(touched.coordinates);
    fault_ = std::move(fault);
  }
  Cancel();
}

}  // namespace quarry
