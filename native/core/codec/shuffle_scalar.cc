#include "core/codec/shuffle_kernels.h"

#include "core/cpu.h"

namespace quarry {

void ShuffleScalar(const std::byte* from, std::byte* to, size_t items, size_t item_bytes, size_t first_item) {
  for (size_t item = first_item; item < items; ++item) {
    for (size_t byte = 0; byte < item_bytes; ++byte) to[byte * items + item] = from[item * item_bytes + byte];
  }
}

void UnshuffleScalar(const std::byte* from, std::byte* to, size_t items, size_t item_bytes,
                     size_t first_item) {
  for (size_t item = first_item; item < items; ++item) {
    for (size_t byte = 0; byte < item_bytes; ++byte) to[item * item_bytes + byte] = from[byte * items + item];
  }
}

void Shuffle(const std::byte* from, std::byte* to, size_t items, size_t item_bytes) {
  size_t done = 0;
#if defined(__x86_64__)
  if (Cpu().avx2) done = ShuffleAvx2(from, to, items, item_bytes);
#endif
  ShuffleScalar(from, to, items, item_bytes, done);
}

void Unshuffle(const std::byte* from, std::byte* to, size_t items, size_t item_bytes) {
  size_t done = 0;
#if defined(__x86_64__)
  if (Cpu().avx2) done = UnshuffleAvx2(from, to, items, item_bytes);
#endif
  UnshuffleScalar(from, to, items, item_bytes, done);
}

}  // namespace quarry
