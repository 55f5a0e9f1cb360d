#include "core/codec/bitshuffle_kernels.h"

#include "core/bytes.h"
#include "core/codec/shuffle_kernels.h"
#include "core/cpu.h"

namespace quarry {

namespace {

// Transposes an 8 × 8 bit matrix whose rows are the bytes of `m`: swaps 1 × 1, then 2 × 2, then 4 × 4 blocks
// across the diagonal (Hacker's Delight, 2nd edition, section 7-3).
inline uint64_t Transposed(uint64_t m) {
  uint64_t swap = (m ^ (m >> 7)) & 0x00AA00AA00AA00AA;
  m ^= swap ^ (swap << 7);
  swap = (m ^ (m >> 14)) & 0x0000CCCC0000CCCC;
  m ^= swap ^ (swap << 14);
  swap = (m ^ (m >> 28)) & 0x00000000F0F0F0F0;
  return m ^ swap ^ (swap << 28);
}

#if defined(__x86_64__)
// The same loop, which the compiler turns into four matrices at a time where it may use AVX2.
__attribute__((target("avx2"))) void TransposeBitsAvx2(std::byte* at, size_t bytes) {
  for (size_t i = 0; i < bytes; i += 8) {
    StoreLittleEndian(at + i, Transposed(LoadLittleEndian<uint64_t>(at + i)));
  }
}
#endif

}  // namespace

void TransposeBitsPortable(std::byte* at, size_t bytes) {
  for (size_t i = 0; i < bytes; i += 8) {
    StoreLittleEndian(at + i, Transposed(LoadLittleEndian<uint64_t>(at + i)));
  }
}

void TransposeBits(std::byte* at, size_t bytes) {
#if defined(__x86_64__)
  if (Cpu().avx2) return TransposeBitsAvx2(at, bytes);
#endif
  TransposeBitsPortable(at, bytes);
}

void Bitshuffle(const std::byte* from, std::byte* to, std::byte* scratch, size_t items, size_t item_bytes) {
  Shuffle(from, scratch, items, item_bytes);
  TransposeBits(scratch, items * item_bytes);
  for (size_t byte = 0; byte < item_bytes; ++byte) {
    Shuffle(scratch + byte * items, to + byte * items, items / 8, 8);
  }
}

void Bitunshuffle(const std::byte* from, std::byte* to, std::byte* scratch, size_t items, size_t item_bytes) {
  for (size_t byte = 0; byte < item_bytes; ++byte) {
    Unshuffle(from + byte * items, scratch + byte * items, items / 8, 8);
  }
  TransposeBits(scratch, items * item_bytes);
  Unshuffle(scratch, to, items, item_bytes);
}

}  // namespace quarry
