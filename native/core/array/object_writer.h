// Puts one object together from cells that arrive in any order, as threads finish them, and writes them in C
// order: the bytes of an object depend on its content alone, not on the threads' luck.
//
// Shard layout: inner chunks in C order without gaps, then the index (or the index first, where the array
// says so).
#pragma once

#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/array/array_fault.h"
#include "core/array/local_array.h"
#include "core/bytes.h"
#include "core/os/file.h"
#include "core/shard/shard_index.h"

namespace quarry {

class ObjectWriter {
 public:
  ObjectWriter(const LocalArray& array, std::string path);

  // Hands over the cells from `first_cell` on, one behind the other in `encoded`. Each cell is handed over
  // once. Blocks while too much is waiting for a cell that is still being encoded. True is returned once an
  // object: by the call that wrote its last cell, whose caller goes on to Complete().
  ArrayOr<bool> Add(size_t first_cell, ByteView encoded, std::span<const CellBytes> cells);

  // After the last Add(): writes the index and closes the file.
  ArrayOr<void> Complete(Workspace& workspace);

  // Wakes whoever waits in Add(); nothing more is written.
  void Abandon();

  // After Complete(): the new version takes the object's name; without a single cell the object is removed.
  ArrayOr<void> Publish();

 private:
  struct Waiting {
    std::vector<std::byte> encoded;
    std::vector<CellBytes> cells;
  };
  // Writes what is next in order, as far as it has arrived. `lock` is held on entry and exit, not while
  // writing.
  std::optional<os::OsFault> Drain(std::unique_lock<std::mutex>& lock);
  std::optional<os::OsFault> Write(size_t first_cell, ByteView encoded, std::span<const CellBytes> cells);
  ArrayFault OsFaultHere(const os::OsFault& fault) const;

  const LocalArray& array_;
  const std::string path_;

  std::mutex mutex_;
  std::condition_variable moved_on_;
  std::map<size_t, Waiting> waiting_;  // by their first cell
  size_t next_cell_ = 0;               // the first one not yet written
  size_t waiting_bytes_ = 0;
  bool draining_ = false;
  bool abandoned_ = false;
  bool all_written_ = false;

  // Owned by whoever drains, later by whoever completes.
  os::NewFile file_;
  bool file_created_ = false;
  ShardIndex index_;
};

}  // namespace quarry
