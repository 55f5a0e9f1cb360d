// Large memory that is about to be written: huge pages under it, and blocks that serve more than once.
//
// Fresh memory is handed out by the operating system page by page as it is first touched, each page zeroed.
// For a buffer that a read fills that costs as much as decoding into it, at 4 KiB a page; a third of it with
// huge pages; and nothing for memory that was touched before.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>

#include "core/bytes.h"

namespace quarry::os {

// Asks for huge pages under a large buffer that is about to be filled. A hint: small buffers, memory that has
// been touched, and systems that know no such thing are left alone.
void AdviseHugePages(MutableBytes buffer);

// Blocks for the results of large reads, kept when they are given back.
//
// What is kept is bounded, the latest of it, and the operating system is told that it may take it away
// whenever it is short of memory: then a block is as fresh memory again. Safe to use from several threads.
class BlockPool {
 public:
  // Keeps no more than a sixteenth of the machine's memory, and no more than 512 MiB.
  static BlockPool& Shared();

  explicit BlockPool(size_t idle_bytes_max) : idle_bytes_max_(idle_bytes_max) {}

  // A block whose first `bytes` bytes the caller will write; their content is not defined. None where the
  // system has no such memory, or `bytes` is too small to be worth a block.
  std::optional<MutableBytes> Take(size_t bytes);
  // `block` as Take() gave it.
  void GiveBack(MutableBytes block);

  size_t idle_bytes() {
    std::lock_guard lock(mutex_);
    return idle_bytes_;
  }

 private:
  // A block serves a smaller request as long as no more than this part of it is left over.
  static constexpr size_t kUnusedDivisor = 4;
  static constexpr size_t kBytesMin = size_t{4} << 20;

  const size_t idle_bytes_max_;
  std::mutex mutex_;
  std::deque<MutableBytes> idle_;  // guarded by mutex_, last given back last
  size_t idle_bytes_ = 0;          // guarded by mutex_
};

}  // namespace quarry::os
