// The crc32 instruction has a latency of three cycles and a throughput of one, so three independent streams
// keep it busy. A block of 3 × n bytes, A ‖ B ‖ C, is joined by
//   crc(A ‖ B ‖ C) = crc(A)·x^(8·2n) + crc(B)·x^(8·n) + crc(C)   modulo P, over GF(2),
// one carry-less multiplication for each product; crc32 of a zero register reduces it modulo P.
#include "core/codec/crc32c.h"

#include <array>

#include "core/cpu.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace quarry {

namespace {

constexpr uint32_t kPolynomial = 0x82F63B78;  // bit-reflected: the highest bit is the coefficient of x^0

using SlicingTables = std::array<std::array<uint32_t, 256>, 8>;

constexpr SlicingTables MakeSlicingTables() {
  SlicingTables tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
    tables[0][byte] = crc;
  }
  for (size_t slice = 1; slice < 8; ++slice) {
    for (size_t byte = 0; byte < 256; ++byte) {
      const uint32_t previous = tables[slice - 1][byte];
      tables[slice][byte] = (previous >> 8) ^ tables[0][previous & 0xFF];
    }
  }
  return tables;
}

constexpr SlicingTables kTables = MakeSlicingTables();

// Both work on the inverted checksum, as it runs between the initial and the final exclusive-or.
uint32_t ExtendPortable(uint32_t state, const std::byte* at, size_t bytes) {
  for (; bytes >= 8; bytes -= 8, at += 8) {
    const uint64_t word = LoadLittleEndian<uint64_t>(at) ^ state;
    state = kTables[7][word & 0xFF] ^ kTables[6][(word >> 8) & 0xFF] ^ kTables[5][(word >> 16) & 0xFF] ^
            kTables[4][(word >> 24) & 0xFF] ^ kTables[3][(word >> 32) & 0xFF] ^
            kTables[2][(word >> 40) & 0xFF] ^ kTables[1][(word >> 48) & 0xFF] ^ kTables[0][word >> 56];
  }
  for (; bytes > 0; --bytes, ++at) {
    state = (state >> 8) ^ kTables[0][(state ^ std::to_integer<uint32_t>(*at)) & 0xFF];
  }
  return state;
}

#if defined(__x86_64__)

// x^exponent modulo P, reflected.
constexpr uint32_t PowerOfX(size_t exponent) {
  uint32_t power = 0x80000000;  // x^0
  for (; exponent > 0; --exponent) power = (power >> 1) ^ ((power & 1) != 0 ? kPolynomial : 0);
  return power;
}

// The factor that appends `bytes` zero bytes. The 33: reducing by crc32 multiplies by x^32, and the product
// of two reflected operands lies one bit too low.
constexpr uint32_t AppendZeros(size_t bytes) { return PowerOfX(8 * bytes - 33); }

template <size_t kStreamBytes>
__attribute__((target("sse4.2,pclmul"))) uint64_t ExtendBlocks(uint64_t state, const std::byte*& at,
                                                               size_t& bytes) {
  static_assert(kStreamBytes % 8 == 0);
  constexpr int64_t kAfterA = AppendZeros(2 * kStreamBytes);
  constexpr int64_t kAfterB = AppendZeros(kStreamBytes);
  for (; bytes >= 3 * kStreamBytes; bytes -= 3 * kStreamBytes, at += 3 * kStreamBytes) {
    uint64_t a = state, b = 0, c = 0;
    for (size_t i = 0; i < kStreamBytes; i += 8) {
      a = _mm_crc32_u64(a, LoadLittleEndian<uint64_t>(at + i));
      b = _mm_crc32_u64(b, LoadLittleEndian<uint64_t>(at + kStreamBytes + i));
      c = _mm_crc32_u64(c, LoadLittleEndian<uint64_t>(at + 2 * kStreamBytes + i));
    }
    const __m128i factors = _mm_set_epi64x(kAfterB, kAfterA);
    const __m128i shifted_a = _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<int64_t>(a)), factors, 0x00);
    const __m128i shifted_b = _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<int64_t>(b)), factors, 0x10);
    const auto joined = static_cast<uint64_t>(_mm_cvtsi128_si64(_mm_xor_si128(shifted_a, shifted_b)));
    state = c ^ _mm_crc32_u64(0, joined);
  }
  return state;
}

__attribute__((target("sse4.2,pclmul"))) uint32_t ExtendSse42(uint32_t initial, const std::byte* at,
                                                              size_t bytes) {
  uint64_t state = initial;
  state = ExtendBlocks<2048>(state, at, bytes);
  state = ExtendBlocks<128>(state, at, bytes);
  for (; bytes >= 8; bytes -= 8, at += 8) state = _mm_crc32_u64(state, LoadLittleEndian<uint64_t>(at));
  auto narrow = static_cast<uint32_t>(state);
  for (; bytes > 0; --bytes, ++at) narrow = _mm_crc32_u8(narrow, std::to_integer<uint8_t>(*at));
  return narrow;
}

#endif

}  // namespace

uint32_t Crc32cPortable(ByteView bytes, uint32_t crc) {
  return ~ExtendPortable(~crc, bytes.data(), bytes.size());
}

uint32_t Crc32c(ByteView bytes, uint32_t crc) {
#if defined(__x86_64__)
  if (Cpu().crc32c) return ~ExtendSse42(~crc, bytes.data(), bytes.size());
#endif
  return Crc32cPortable(bytes, crc);
}

}  // namespace quarry
