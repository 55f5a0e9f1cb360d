#include "core/os/memory.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace quarry::os {

#if defined(__linux__)

void AdviseHugePages(MutableBytes buffer) {
  constexpr uintptr_t kHugePageBytes = uintptr_t{2} << 20;
  const auto begin = reinterpret_cast<uintptr_t>(buffer.data());
  // Only whole huge pages inside the buffer: what else lies in the others is not ours to speak for.
  const uintptr_t first = (begin + kHugePageBytes - 1) & ~(kHugePageBytes - 1);
  const uintptr_t last = (begin + buffer.size()) & ~(kHugePageBytes - 1);
  if (last <= first) return;
  (void)::madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
}

#else

void AdviseHugePages(MutableBytes) {}

#endif

}  // namespace quarry::os
