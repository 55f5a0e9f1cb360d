#include "core/array/write_job.h"

#include <array>
#include <cstring>
#include <new>
#include <utility>

#include "core/array/box_selection.h"
#include "core/array/point_selection.h"
#include "core/array/strided_copy.h"

namespace quarry {
namespace {

// Of a run of cells that stay: what is read and written in one piece.
constexpr size_t kKeptTogetherBytesMax = size_t{1} << 20;

}  // namespace

template <Selection S>
WriteJob<S>::WriteJob(std::shared_ptr<const LocalArray> array, WriteRequest<S> request, Done done)
    : array_(std::move(array)),
      request_(std::move(request)),
      done_(std::move(done)),
      cell_count_(array_->cells_in_object()),
      states_(std::make_unique<ObjectState[]>(request_.selection.object_count())) {
  if (!request_.part) return;
  const DraftPart& part = *request_.part;
  first_cell_ = part.first_cell;
  cell_count_ = part.end_cell - part.first_cell;
  for (size_t i = 0; i < part.writers.size(); ++i) states_[i].writer = part.writers[i];
}

template <Selection S>
void WriteJob<S>::RunTask(size_t task, Workspace& workspace) {
  const size_t object = task / cell_count_;
  size_t cell = first_cell_ + task % cell_count_;
  const auto part = request_.selection.Find(object, cell);
  // A run is its first cell's task.
  if (!part && cell > first_cell_ && !IsTouched(object, cell - 1)) return;

  const auto run = [&]() -> ArrayOr<void> {
    auto prepared = Prepare(object, workspace);
    if (!prepared) return std::unexpected(std::move(prepared.error()));
    ObjectState& state = **prepared;
    auto last = part ? MakeCell(state, *part, cell, workspace) : KeepCells(state, object, cell, workspace);
    if (!last) return std::unexpected(std::move(last.error()));
    if (!*last) return {};
    state.old = {};
    return state.writer->Complete(workspace);
  };
  try {
    if (auto done = run(); !done) Fail(std::move(done.error()), object, cell);
  } catch (const std::bad_alloc&) {
    Fail({.kind = ArrayFaultKind::kMemory}, object, cell);
  }
}

template <Selection S>
ArrayOr<typename WriteJob<S>::ObjectState*> WriteJob<S>::Prepare(size_t object, Workspace& workspace) {
  ObjectState& state = states_[object];
  std::lock_guard lock(state.mutex);
  if (state.writer == nullptr) {
    const std::span<const uint64_t> coordinates = request_.selection.coordinates(object);
    if (!request_.selection.CoversObject(object, request_.array_shape)) {
      auto opened = array_->OpenForReading(coordinates, workspace);
      if (!opened) return std::unexpected(std::move(opened.error()));
      state.old = std::move(*opened);
    }
    state.writer = std::make_shared<ObjectWriter>(*array_, array_->ObjectPath(coordinates));
    // Whoever cancels has passed by the writers that there were.
    if (cancelled()) state.writer->Abandon();
  }
  return &state;
}

template <Selection S>
bool WriteJob<S>::IsAllFill(ByteView cell) const {
  const ByteView item = array_->fill_item();
  if (cell.empty() || std::memcmp(cell.data(), item.data(), item.size()) != 0) return false;
  // Each item equals the one before it, and the first is the fill value.
  return std::memcmp(cell.data(), cell.data() + item.size(), cell.size() - item.size()) == 0;
}

template <Selection S>
ArrayOr<bool> WriteJob<S>::KeepCells(ObjectState& state, size_t object, size_t& cell, Workspace& workspace) {
  size_t end = cell + 1;
  while (end < first_cell_ + cell_count_ && !IsTouched(object, end)) ++end;
  std::vector<CellBytes> cells;
  bool last = false;
  while (cell < end) {
    const auto encoded =
        array_->ReadEncodedCells(state.old, cell, end, kKeptTogetherBytesMax, cells, workspace);
    if (!encoded) return std::unexpected(encoded.error());
    auto added = state.writer->Add(cell, *encoded, cells);
    if (!added) return added;
    last = *added;
    cell += cells.size();
  }
  return last;
}

template <Selection S>
ArrayOr<bool> WriteJob<S>::MakeCell(ObjectState& state, const S::Part& part, size_t cell_in_object,
                                    Workspace& workspace) {
  auto encoded = NewCell(state.old, part, cell_in_object, workspace);
  if (!encoded) return std::unexpected(std::move(encoded.error()));
  const CellBytes bytes = *encoded ? CellBytes((*encoded)->size()) : std::nullopt;
  return state.writer->Add(cell_in_object, encoded->value_or(ByteView()), {&bytes, 1});
}

template <Selection S>
ArrayOr<std::optional<ByteView>> WriteJob<S>::NewCell(const OpenObject& old, const S::Part& part,
                                                      size_t cell_in_object, Workspace& workspace) {
  const size_t cell_bytes = array_->chain().chunk_bytes();
  if (const auto straight = part.WholeCellOffset()) {
    return EncodeCell({request_.source + *straight, cell_bytes}, workspace);
  }
  std::byte* const chunk = workspace.chunk_scratch[0].Reserve(cell_bytes);
  if (chunk == nullptr) {
    return std::unexpected(ArrayFault{.kind = ArrayFaultKind::kMemory, .expected = cell_bytes});
  }
  std::optional<ByteView> encoded;
  if (!part.CoversCell(request_.array_shape)) {
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
  part.ToCell(request_.source, chunk);
  return EncodeCell({chunk, cell_bytes}, workspace);
}

template <Selection S>
ArrayOr<std::optional<ByteView>> WriteJob<S>::EncodeCell(ByteView cell, Workspace& workspace) const {
  if (!request_.write_fill_cells && IsAllFill(cell)) return std::nullopt;
  auto encoded = array_->chain().Encode(cell, workspace);
  if (!encoded) {
    return std::unexpected(ArrayFault{.kind = ArrayFaultKind::kChunkCodec, .chain = encoded.error()});
  }
  return *encoded;
}

template <Selection S>
void WriteJob<S>::Finish() {
  std::unique_ptr<ObjectState[]> states;
  bool complete = false;
  {
    std::lock_guard lock(mutex_);
    states = std::move(states_);
    complete = !fault_ && !cancelled();
  }
  // Step 3. From here on a cancellation comes too late.
  for (size_t i = 0; complete && CompletesObjects() && i < request_.selection.object_count(); ++i) {
    if (auto published = states[i].writer->Publish(); !published) {
      Fail(std::move(published.error()), i, std::nullopt);
      break;
    }
  }
  if (!complete && !fault_) fault_ = ArrayFault{.kind = ArrayFaultKind::kCancelled};
  // Removes the files that were not published, before the caller hears of it.
  states.reset();
  if (request_.part) {
    request_.part->writers.clear();
    request_.part->draft->End(!fault_);
  }
  done_(std::move(fault_));
}

template <Selection S>
void WriteJob<S>::Cancel() {
  Job::Cancel();
  std::lock_guard lock(mutex_);
  if (states_ == nullptr) return;
  for (size_t i = 0; i < request_.selection.object_count(); ++i) {
    std::lock_guard state_lock(states_[i].mutex);
    if (states_[i].writer != nullptr) states_[i].writer->Abandon();
  }
}

template <Selection S>
void WriteJob<S>::Fail(ArrayFault fault, size_t object, std::optional<size_t> cell_in_object) {
  {
    std::lock_guard lock(mutex_);
    if (fault_) return;
    const bool of_cell = fault.kind == ArrayFaultKind::kChunkCodec ||
                         fault.kind == ArrayFaultKind::kEntryOutOfBounds ||
                         fault.kind == ArrayFaultKind::kChunkTooLarge;
    fault_ = array_->Placed(std::move(fault), request_.selection.coordinates(object),
                            of_cell ? cell_in_object : std::nullopt);
  }
  Cancel();
}

template class WriteJob<BoxSelection>;
template class WriteJob<PointSelection>;

}  // namespace quarry
