#include "core/array/object_writer.h"

#include <utility>

namespace quarry {
namespace {

// What may wait for an earlier cell of the same object, before the threads that are ahead pause.
constexpr size_t kWaitingBytesMax = size_t{32} << 20;

}  // namespace

ObjectWriter::ObjectWriter(const LocalArray& array, std::string path)
    : array_(array),
      path_(std::move(path)),
      cells_(array.cells_in_object()),
      index_(array.cells_in_object()) {}

ArrayOr<bool> ObjectWriter::Add(size_t cell_in_object, std::optional<ByteView> encoded) {
  std::unique_lock lock(mutex_);
  // The thread that holds the next cell never waits here, so those that do are woken.
  moved_on_.wait(
      lock, [&] { return abandoned_ || cell_in_object == next_cell_ || waiting_bytes_ < kWaitingBytesMax; });
  Waiting& cell = cells_[cell_in_object];
  cell.arrived = true;
  std::optional<os::OsFault> fault;
  if (encoded && cell_in_object == next_cell_ && !draining_ && !abandoned_) {
    // In its turn: written from where it is, without a copy.
    draining_ = true;
    lock.unlock();
    fault = Write(cell_in_object, *encoded);
    lock.lock();
    next_cell_ += 1;
    draining_ = false;
  } else if (encoded && !abandoned_) {
    cell.encoded.emplace(encoded->begin(), encoded->end());
    waiting_bytes_ += encoded->size();
  }
  if (!fault) fault = Drain(lock);
  moved_on_.notify_all();
  if (fault) return std::unexpected(OsFaultHere(*fault));
  if (next_cell_ < cells_.size() || draining_ || abandoned_) return false;
  return !std::exchange(all_written_, true);
}

std::optional<os::OsFault> ObjectWriter::Drain(std::unique_lock<std::mutex>& lock) {
  if (draining_ || abandoned_) return std::nullopt;
  draining_ = true;
  std::optional<os::OsFault> fault;
  while (!fault && !abandoned_ && next_cell_ < cells_.size() && cells_[next_cell_].arrived) {
    const size_t cell = next_cell_;
    const std::optional<std::vector<std::byte>> encoded = std::exchange(cells_[cell].encoded, std::nullopt);
    if (encoded) {
      lock.unlock();
      fault = Write(cell, *encoded);
      lock.lock();
      waiting_bytes_ -= encoded->size();
    }
    next_cell_ += 1;
    moved_on_.notify_all();
  }
  draining_ = false;
  return fault;
}

std::optional<os::OsFault> ObjectWriter::Write(size_t cell, ByteView encoded) {
  if (!file_created_) {
    auto created = os::NewFile::Create(path_);
    if (!created) return created.error();
    file_ = std::move(*created);
    file_created_ = true;
    if (array_.sharded() && array_.index_at_start()) {
      // Room for the index, which is known last.
      const std::vector<std::byte> room(array_.index_encoded_bytes());
      if (auto reserved = file_.Append(room); !reserved) return reserved.error();
    }
  }
  index_[cell] = {file_.size_bytes(), encoded.size()};
  if (auto appended = file_.Append(encoded); !appended) return appended.error();
  return std::nullopt;
}

ArrayOr<void> ObjectWriter::Complete(Workspace& workspace) {
  if (!file_created_) return {};
  if (array_.sharded()) {
    const auto index = EncodeShardIndex(array_.index_chain(), index_, workspace);
    if (!index)
      return std::unexpected(ArrayFault{.kind = ArrayFaultKind::kIndexCodec, .chain = index.error()});
    const auto written = array_.index_at_start() ? file_.WriteAt(0, *index) : file_.Append(*index);
    if (!written) return std::unexpected(OsFaultHere(written.error()));
  }
  cells_ = {};
  index_ = {};
  if (auto closed = file_.Close(/*sync=*/false); !closed) return std::unexpected(OsFaultHere(closed.error()));
  return {};
}

void ObjectWriter::Abandon() {
  std::lock_guard lock(mutex_);
  abandoned_ = true;
  moved_on_.notify_all();
}

ArrayOr<void> ObjectWriter::Publish() {
  const auto published = file_created_ ? file_.Publish() : os::RemoveFile(path_);
  if (!published) return std::unexpected(OsFaultHere(published.error()));
  return {};
}

ArrayFault ObjectWriter::OsFaultHere(const os::OsFault& fault) const {
  return {.kind = ArrayFaultKind::kOs, .os = fault, .path = path_};
}

}  // namespace quarry
