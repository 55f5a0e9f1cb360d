#include "core/codec/half.h"

#include "core/bytes.h"
#include "core/cpu.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace quarry {

namespace {

#if defined(__x86_64__)

bool HasKernels() { return Cpu().f16c && Cpu().avx2; }

constexpr int kNearestEven = _MM_FROUND_TO_NEAREST_INT;

__attribute__((target("avx2,f16c"))) size_t HalvesFromFloatsF16c(const std::byte* from, std::byte* to,
                                                                 size_t items) {
  size_t item = 0;
  for (; item + 8 <= items; item += 8) {
    const __m256 floats = _mm256_loadu_ps(reinterpret_cast<const float*>(from + item * 4));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + item * 2), _mm256_cvtps_ph(floats, kNearestEven));
  }
  return item;
}

// FloatRoundedToOdd of four.
__attribute__((target("avx2,f16c"), always_inline)) inline __m128 FloatsRoundedToOdd(const std::byte* from) {
  const __m256i bits = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  const __m256i cut = _mm256_set1_epi64x(0x1FFFFFFF);
  const __m256i is_exact = _mm256_cmpeq_epi64(_mm256_and_si256(bits, cut), _mm256_setzero_si256());
  const __m256i sticky = _mm256_andnot_si256(is_exact, _mm256_set1_epi64x(0x20000000));
  return _mm256_cvtpd_ps(_mm256_castsi256_pd(_mm256_or_si256(_mm256_andnot_si256(cut, bits), sticky)));
}

__attribute__((target("avx2,f16c"))) size_t HalvesFromDoublesF16c(const std::byte* from, std::byte* to,
                                                                  size_t items) {
  size_t item = 0;
  for (; item + 8 <= items; item += 8) {
    const __m128 low = FloatsRoundedToOdd(from + item * 8);
    const __m128 high = FloatsRoundedToOdd(from + item * 8 + 32);
    const __m128i halves = _mm256_cvtps_ph(_mm256_set_m128(high, low), kNearestEven);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + item * 2), halves);
  }
  return item;
}

__attribute__((target("avx2,f16c"))) size_t FloatsFromHalvesF16c(const std::byte* from, std::byte* to,
                                                                 size_t items) {
  size_t item = 0;
  for (; item + 8 <= items; item += 8) {
    const __m128i halves = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + item * 2));
    _mm256_storeu_ps(reinterpret_cast<float*>(to + item * 4), _mm256_cvtph_ps(halves));
  }
  return item;
}

__attribute__((target("avx2,f16c"))) size_t DoublesFromHalvesF16c(const std::byte* from, std::byte* to,
                                                                  size_t items) {
  size_t item = 0;
  for (; item + 4 <= items; item += 4) {
    const __m128i halves = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from + item * 2));
    _mm256_storeu_pd(reinterpret_cast<double*>(to + item * 8), _mm256_cvtps_pd(_mm_cvtph_ps(halves)));
  }
  return item;
}

#endif

}  // namespace

void HalvesFromFloats(const std::byte* from, std::byte* to, size_t items) {
  size_t item = 0;
#if defined(__x86_64__)
  if (HasKernels()) item = HalvesFromFloatsF16c(from, to, items);
#endif
  for (; item < items; ++item) {
    StoreLittleEndian(to + item * 2, HalfFromFloat(LoadLittleEndian<float>(from + item * 4)));
  }
}

void HalvesFromDoubles(const std::byte* from, std::byte* to, size_t items) {
  size_t item = 0;
#if defined(__x86_64__)
  if (HasKernels()) item = HalvesFromDoublesF16c(from, to, items);
#endif
  for (; item < items; ++item) {
    StoreLittleEndian(to + item * 2, HalfFromDouble(LoadLittleEndian<double>(from + item * 8)));
  }
}

void FloatsFromHalves(const std::byte* from, std::byte* to, size_t items) {
  size_t item = 0;
#if defined(__x86_64__)
  if (HasKernels()) item = FloatsFromHalvesF16c(from, to, items);
#endif
  for (; item < items; ++item) {
    StoreLittleEndian(to + item * 4, FloatFromHalf(LoadLittleEndian<Half>(from + item * 2)));
  }
}

void DoublesFromHalves(const std::byte* from, std::byte* to, size_t items) {
  size_t item = 0;
#if defined(__x86_64__)
  if (HasKernels()) item = DoublesFromHalvesF16c(from, to, items);
#endif
  for (; item < items; ++item) {
    StoreLittleEndian(to + item * 8,
                      static_cast<double>(FloatFromHalf(LoadLittleEndian<Half>(from + item * 2))));
  }
}

}  // namespace quarry
