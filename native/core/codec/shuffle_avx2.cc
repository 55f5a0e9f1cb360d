// Byte shuffles of 32 items at a time. AVX2 interleaves within each half of a register only, so the halves
// are loaded apart: register r holds bytes 16r … of items 0–15 in its low half and the same of items 16–31 in
// its high half. After log2(item size) interleavings each register is 32 bytes of one output stream, in
// order.
#include "core/codec/shuffle_kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define QUARRY_AVX2 __attribute__((target("avx2"), always_inline)) inline

namespace quarry {

namespace {

constexpr size_t kGroup = 32;  // items

template <size_t kItemBytes>
QUARRY_AVX2 __m256i LoadHalves(const std::byte* group, size_t index) {
  const auto* low = reinterpret_cast<const __m128i*>(group + 16 * index);
  const auto* high = reinterpret_cast<const __m128i*>(group + 16 * kItemBytes + 16 * index);
  return _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128(low)), _mm_loadu_si128(high), 1);
}

// Stores a register of the layout of LoadHalves.
template <size_t kItemBytes>
QUARRY_AVX2 void StoreHalves(std::byte* group, size_t index, __m256i value) {
  auto* low = reinterpret_cast<__m128i*>(group + 16 * index);
  auto* high = reinterpret_cast<__m128i*>(group + 16 * kItemBytes + 16 * index);
  _mm_storeu_si128(low, _mm256_castsi256_si128(value));
  _mm_storeu_si128(high, _mm256_extracti128_si256(value, 1));
}

// Stores registers `index` and `index` + 1 by two stores of 32 bytes in place of four of 16. That is faster
// for items of 2 and 4 bytes, where shuffling leaves room for the two permutations, and slower for 8.
template <size_t kItemBytes>
QUARRY_AVX2 void StorePair(std::byte* group, size_t index, __m256i even, __m256i odd) {
  auto* low = reinterpret_cast<__m256i*>(group + 16 * index);
  auto* high = reinterpret_cast<__m256i*>(group + 16 * kItemBytes + 16 * index);
  _mm256_storeu_si256(low, _mm256_permute2x128_si256(even, odd, 0x20));
  _mm256_storeu_si256(high, _mm256_permute2x128_si256(even, odd, 0x31));
}

QUARRY_AVX2 __m256i LoadStream(const std::byte* at) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
}

QUARRY_AVX2 void StoreStream(std::byte* at, __m256i value) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(at), value);
}

// Brings bytes of equal weight together within each half.
template <size_t kItemBytes>
QUARRY_AVX2 __m256i GroupBytes(__m256i items) {
  __m128i order;
  if constexpr (kItemBytes == 2) {
    order = _mm_setr_epi8(0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15);
  } else if constexpr (kItemBytes == 4) {
    order = _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  } else {
    order = _mm_setr_epi8(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
  }
  return _mm256_shuffle_epi8(items, _mm256_broadcastsi128_si256(order));
}

__attribute__((target("avx2"))) size_t Shuffle2(const std::byte* from, std::byte* to, size_t items) {
  size_t item = 0;
  for (; item + kGroup <= items; item += kGroup) {
    const std::byte* group = from + item * 2;
    const __m256i r0 = GroupBytes<2>(LoadHalves<2>(group, 0));
    const __m256i r1 = GroupBytes<2>(LoadHalves<2>(group, 1));
    StoreStream(to + item, _mm256_unpacklo_epi64(r0, r1));
    StoreStream(to + items + item, _mm256_unpackhi_epi64(r0, r1));
  }
  return item;
}

__attribute__((target("avx2"))) size_t Unshuffle2(const std::byte* from, std::byte* to, size_t items) {
  size_t item = 0;
  for (; item + kGroup <= items; item += kGroup) {
    const __m256i s0 = LoadStream(from + item);
    const __m256i s1 = LoadStream(from + items + item);
    StorePair<2>(to + item * 2, 0, _mm256_unpacklo_epi8(s0, s1), _mm256_unpackhi_epi8(s0, s1));
  }
  return item;
}

__attribute__((target("avx2"))) size_t Shuffle4(const std::byte* from, std::byte* to, size_t items) {
  size_t item = 0;
  for (; item + kGroup <= items; item += kGroup) {
    const std::byte* group = from + item * 4;
    const __m256i r0 = GroupBytes<4>(LoadHalves<4>(group, 0));
    const __m256i r1 = GroupBytes<4>(LoadHalves<4>(group, 1));
    const __m256i r2 = GroupBytes<4>(LoadHalves<4>(group, 2));
    const __m256i r3 = GroupBytes<4>(LoadHalves<4>(group, 3));
    const __m256i low01 = _mm256_unpacklo_epi32(r0, r1);
    const __m256i high01 = _mm256_unpackhi_epi32(r0, r1);
    const __m256i low23 = _mm256_unpacklo_epi32(r2, r3);
    const __m256i high23 = _mm256_unpackhi_epi32(r2, r3);
    StoreStream(to + item, _mm256_unpacklo_epi64(low01, low23));
    StoreStream(to + items + item, _mm256_unpackhi_epi64(low01, low23));
    StoreStream(to + 2 * items + item, _mm256_unpacklo_epi64(high01, high23));
    StoreStream(to + 3 * items + item, _mm256_unpackhi_epi64(high01, high23));
  }
  return item;
}

__attribute__((target("avx2"))) size_t Unshuffle4(const std::byte* from, std::byte* to, size_t items) {
  size_t item = 0;
  for (; item + kGroup <= items; item += kGroup) {
    const __m256i s0 = LoadStream(from + item);
    const __m256i s1 = LoadStream(from + items + item);
    const __m256i s2 = LoadStream(from + 2 * items + item);
    const __m256i s3 = LoadStream(from + 3 * items + item);
    const __m256i low01 = _mm256_unpacklo_epi8(s0, s1);
    const __m256i high01 = _mm256_unpackhi_epi8(s0, s1);
    const __m256i low23 = _mm256_unpacklo_epi8(s2, s3);
    const __m256i high23 = _mm256_unpackhi_epi8(s2, s3);
    std::byte* group = to + item * 4;
    StorePair<4>(group, 0, _mm256_unpacklo_epi16(low01, low23), _mm256_unpackhi_epi16(low01, low23));
    StorePair<4>(group, 2, _mm256_unpacklo_epi16(high01, high23), _mm256_unpackhi_epi16(high01, high23));
  }
  return item;
}

__attribute__((target("avx2"))) size_t Shuffle8(const std::byte* from, std::byte* to, size_t items) {
  size_t item = 0;
  for (; item + kGroup <= items; item += kGroup) {
    const std::byte* group = from + item * 8;
    __m256i words[8];  // after each step, [i] and [i + 4] come from the low and the high interleaving
    for (size_t r = 0; r < 4; ++r) {
      const __m256i even = GroupBytes<8>(LoadHalves<8>(group, 2 * r));
      const __m256i odd = GroupBytes<8>(LoadHalves<8>(group, 2 * r + 1));
      words[r] = _mm256_unpacklo_epi16(even, odd);
      words[r + 4] = _mm256_unpackhi_epi16(even, odd);
    }
    for (size_t half = 0; half < 2; ++half) {
      const __m256i* w = words + 4 * half;  // bytes 4·half … 4·half + 3 of every item
      const __m256i low01 = _mm256_unpacklo_epi32(w[0], w[1]);
      const __m256i high01 = _mm256_unpackhi_epi32(w[0], w[1]);
      const __m256i low23 = _mm256_unpacklo_epi32(w[2], w[3]);
      const __m256i high23 = _mm256_unpackhi_epi32(w[2], w[3]);
      std::byte* streams = to + 4 * half * items + item;
      StoreStream(streams, _mm256_unpacklo_epi64(low01, low23));
      StoreStream(streams + items, _mm256_unpackhi_epi64(low01, low23));
      StoreStream(streams + 2 * items, _mm256_unpacklo_epi64(high01, high23));
      StoreStream(streams + 3 * items, _mm256_unpackhi_epi64(high01, high23));
    }
  }
  return item;
}

__attribute__((target("avx2"))) size_t Unshuffle8(const std::byte* from, std::byte* to, size_t items) {
  size_t item = 0;
  for (; item + kGroup <= items; item += kGroup) {
    // pairs[h][k]: bytes 2k and 2k + 1 of items 0–7 (h = 0) and 8–15 (h = 1), and of those 16 further on.
    __m256i pairs[2][4];
    for (size_t k = 0; k < 4; ++k) {
      const __m256i even = LoadStream(from + 2 * k * items + item);
      const __m256i odd = LoadStream(from + (2 * k + 1) * items + item);
      pairs[0][k] = _mm256_unpacklo_epi8(even, odd);
      pairs[1][k] = _mm256_unpackhi_epi8(even, odd);
    }
    for (size_t half = 0; half < 2; ++half) {
      const __m256i* p = pairs[half];
      const __m256i low01 = _mm256_unpacklo_epi16(p[0], p[1]);
      const __m256i high01 = _mm256_unpackhi_epi16(p[0], p[1]);
      const __m256i low23 = _mm256_unpacklo_epi16(p[2], p[3]);
      const __m256i high23 = _mm256_unpackhi_epi16(p[2], p[3]);
      std::byte* group = to + item * 8;
      StoreHalves<8>(group, 4 * half, _mm256_unpacklo_epi32(low01, low23));
      StoreHalves<8>(group, 4 * half + 1, _mm256_unpackhi_epi32(low01, low23));
      StoreHalves<8>(group, 4 * half + 2, _mm256_unpacklo_epi32(high01, high23));
      StoreHalves<8>(group, 4 * half + 3, _mm256_unpackhi_epi32(high01, high23));
    }
  }
  return item;
}

}  // namespace

size_t ShuffleAvx2(const std::byte* from, std::byte* to, size_t items, size_t item_bytes) {
  switch (item_bytes) {
    case 2:
      return Shuffle2(from, to, items);
    case 4:
      return Shuffle4(from, to, items);
    case 8:
      return Shuffle8(from, to, items);
    default:
      return 0;
  }
}

size_t UnshuffleAvx2(const std::byte* from, std::byte* to, size_t items, size_t item_bytes) {
  switch (item_bytes) {
    case 2:
      return Unshuffle2(from, to, items);
    case 4:
      return Unshuffle4(from, to, items);
    case 8:
      return Unshuffle8(from, to, items);
    default:
      return 0;
  }
}

}  // namespace quarry

#endif
