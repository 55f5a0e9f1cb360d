#include "core/os/memory.h"

#include <algorithm>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace quarry::os {

#if defined(__linux__)

namespace {

size_t MachineMemoryBytes() {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page_bytes = ::sysconf(_SC_PAGESIZE);
  return pages > 0 && page_bytes > 0 ? static_cast<size_t>(pages) * static_cast<size_t>(page_bytes) : 0;
}

constexpr size_t kHugePageBytes = size_t{2} << 20;

size_t RoundUp(size_t bytes) { return (bytes + kHugePageBytes - 1) & ~(kHugePageBytes - 1); }

// Whole huge pages, aligned; none where there is no memory.
std::optional<MutableBytes> MapBlock(size_t bytes) {
  const size_t mapped_bytes = bytes + kHugePageBytes;
  void* const mapped =
      ::mmap(nullptr, mapped_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return std::nullopt;
  const auto begin = reinterpret_cast<uintptr_t>(mapped);
  const uintptr_t aligned = RoundUp(begin);
  // The unaligned ends go back, so that a block is all that is mapped.
  if (aligned != begin) (void)::munmap(mapped, aligned - begin);
  const size_t behind_bytes = begin + mapped_bytes - (aligned + bytes);
  if (behind_bytes > 0) (void)::munmap(reinterpret_cast<void*>(aligned + bytes), behind_bytes);
  const MutableBytes block(reinterpret_cast<std::byte*>(aligned), bytes);
  AdviseHugePages(block);
  return block;
}

}  // namespace

BlockPool& BlockPool::Shared() {
  // Never destroyed: buffers are given back until the very end of the process.
  static auto* const pool = new BlockPool(std::min(MachineMemoryBytes() / 16, size_t{512} << 20));
  return *pool;
}

void AdviseHugePages(MutableBytes buffer) {
  const auto begin = reinterpret_cast<uintptr_t>(buffer.data());
  // Only whole huge pages inside the buffer: what else lies in the others is not ours to speak for.
  const uintptr_t first = (begin + kHugePageBytes - 1) & ~(kHugePageBytes - 1);
  const uintptr_t last = (begin + buffer.size()) & ~(kHugePageBytes - 1);
  if (last <= first) return;
  (void)::madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
}

std::optional<MutableBytes> BlockPool::Take(size_t bytes) {
  if (bytes < kBytesMin || bytes > SIZE_MAX / 2) return std::nullopt;
  const size_t block_bytes = RoundUp(bytes);
  {
    std::lock_guard lock(mutex_);
    // The last one given back is the likeliest to have kept its pages.
    const auto fitting = std::find_if(idle_.rbegin(), idle_.rend(), [&](MutableBytes block) {
      return block.size() >= block_bytes && block.size() - block_bytes <= block_bytes / kUnusedDivisor;
    });
    if (fitting != idle_.rend()) {
      const MutableBytes block = *fitting;
      idle_bytes_ -= block.size();
      idle_.erase(std::next(fitting).base());
      return block;
    }
  }
  return MapBlock(block_bytes);
}

void BlockPool::GiveBack(MutableBytes block) {
  std::vector<MutableBytes> too_many;
  if (block.size() > idle_bytes_max_) {
    too_many.push_back(block);
  } else {
    (void)::madvise(block.data(), block.size(), MADV_FREE);
    std::lock_guard lock(mutex_);
    idle_.push_back(block);
    idle_bytes_ += block.size();
    while (idle_bytes_ > idle_bytes_max_) {
      too_many.push_back(idle_.front());
      idle_bytes_ -= idle_.front().size();
      idle_.pop_front();
    }
  }
  for (const MutableBytes each : too_many) (void)::munmap(each.data(), each.size());
}

#else

void AdviseHugePages(MutableBytes) {}
BlockPool& BlockPool::Shared() {
  static auto* const pool = new BlockPool(0);
  return *pool;
}
std::optional<MutableBytes> BlockPool::Take(size_t) { return std::nullopt; }
void BlockPool::GiveBack(MutableBytes) {}

#endif

}  // namespace quarry::os
