#include "core/array/object_writer.h"

#include <algorithm>
#include <utility>

namespace quarry {
namespace {

// What may wait for an earlier cell of the same object, before the threads that are ahead pause.
constexpr size_t kWaitingBytesMax = size_t{32} << 20;

}  // namespace

ObjectWriter::ObjectWriter(const LocalArray& array, std::string path)
    : array_(array), path_(std::move(path)), index_(array.cells_in_object()) {}

ArrayOr<bool> ObjectWriter::Add(size_t first_cell, ByteView encoded, std::span<const CellBytes> cells) {
  std::unique_lock lock(mutex_);
  // The thread that holds the next cell never waits here, so those that do are woken.
  moved_on_.wait(lock,
                 [&] { return abandoned_ || first_cell == next_cell_ || waiting_bytes_ < kWaitingBytesMax; });
  std::optional<os::OsFault> fault;
  if (first_cell == next_cell_ && !draining_ && !abandoned_) {
    // In its turn: written from where it is, without a copy.
    draining_ = true;
    lock.unlock();
    fault = Write(first_cell, encoded, cells);
    lock.lock();
    next_cell_ += cells.size();
    draining_ = false;
  } else if (!abandoned_) {
    waiting_.emplace(first_cell, Waiting{.encoded = {encoded.begin(), encoded.end()},
                                         .cells = {cells.begin(), cells.end()}});
    waiting_bytes_ += encoded.size();
  }
  if (!fault) fault = Drain(lock);
  moved_on_.notify_all();
  if (fault) return std::unexpected(OsFaultHere(*fault));
  if (next_cell_ < index_.size() || draining_ || abandoned_) return false;
  return !std::exchange(all_written_, true);
}

std::optional<os::OsFault> ObjectWriter::Drain(std::unique_lock<std::mutex>& lock) {
  if (draining_ || abandoned_) return std::nullopt;
  draining_ = true;
  std::optional<os::OsFault> fault;
  while (!fault && !abandoned_) {
    const auto next = waiting_.extract(next_cell_);
    if (next.empty()) break;
    const Waiting& arrived = next.mapped();
    lock.unlock();
    fault = Write(next.key(), arrived.encoded, arrived.cells);
    lock.lock();
    waiting_bytes_ -= arrived.encoded.size();
    next_cell_ += arrived.cells.size();
    moved_on_.notify_all();
  }
  draining_ = false;
  return fault;
}

std::optional<os::OsFault> ObjectWriter::Write(size_t first_cell, ByteView encoded,
                                               std::span<const CellBytes> cells) {
  if (std::ranges::none_of(cells, [](const CellBytes& cell) { return cell.has_value(); }))
    return std::nullopt;
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
  uint64_t offset_bytes = file_.size_bytes();
  for (size_t i = 0; i < cells.size(); ++i) {
    if (!cells[i]) continue;
    index_[first_cell + i] = {offset_bytes, *cells[i]};
    offset_bytes += *cells[i];
  }
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
