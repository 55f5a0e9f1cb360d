// The matrix is walked in tiles of one cache line of target rows: where the target's columns lie a multiple
// of 4 KiB apart, as they do in chunks of 2^n rows, their lines compete for the same few places of the cache,
// and a line that is written in one go has left before it is needed again.
#include "core/codec/transpose_kernels.h"

#include <algorithm>

#include "core/bytes.h"
#include "core/cpu.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace quarry {

namespace {

constexpr size_t kLineBytes = 64;

template <typename Item>
inline void TransposeRectangle(const MatrixTransposition& m, size_t row_begin, size_t row_end,
                               size_t column_begin, size_t column_end) {
  for (size_t column = column_begin; column < column_end; ++column) {
    for (size_t row = row_begin; row < row_end; ++row) {
      const std::byte* from = m.from + row * m.from_row_bytes + column * sizeof(Item);
      StoreLittleEndian(m.to + column * m.to_column_bytes + row * sizeof(Item), LoadLittleEndian<Item>(from));
    }
  }
}

template <typename Item>
void TransposeTiles(const MatrixTransposition& m) {
  constexpr size_t kTileRows = kLineBytes / sizeof(Item);
  constexpr size_t kTileColumns = 8;
  for (size_t row = 0; row < m.rows; row += kTileRows) {
    const size_t row_end = std::min(row + kTileRows, m.rows);
    for (size_t column = 0; column < m.columns; column += kTileColumns) {
      TransposeRectangle<Item>(m, row, row_end, column, std::min(column + kTileColumns, m.columns));
    }
  }
}

void TransposeAnySize(const MatrixTransposition& m, size_t item_bytes) {
  for (size_t column = 0; column < m.columns; ++column) {
    std::byte* to = m.to + column * m.to_column_bytes;
    const std::byte* from = m.from + column * item_bytes;
    for (size_t row = 0; row < m.rows; ++row, to += item_bytes, from += m.from_row_bytes) {
      std::memcpy(to, from, item_bytes);
    }
  }
}

#if defined(__x86_64__)

#define QUARRY_AVX2 __attribute__((target("avx2"), always_inline)) inline

// 8 × 8 items of 4 bytes.
QUARRY_AVX2 void TransposeTile(const std::byte* from, size_t from_row_bytes, std::byte* to,
                               size_t to_column_bytes, uint32_t) {
  // Rows r and r + 4 share a register, so that interleaving, which stays within halves, suffices.
  __m256i rows[2][4];
  for (size_t half = 0; half < 2; ++half) {
    for (size_t r = 0; r < 4; ++r) {
      const std::byte* at = from + r * from_row_bytes + half * 16;
      const auto* low = reinterpret_cast<const __m128i*>(at);
      const auto* high = reinterpret_cast<const __m128i*>(at + 4 * from_row_bytes);
      rows[half][r] =
          _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128(low)), _mm_loadu_si128(high), 1);
    }
  }
  for (size_t half = 0; half < 2; ++half) {
    const __m256i* r = rows[half];
    const __m256i low01 = _mm256_unpacklo_epi32(r[0], r[1]);
    const __m256i high01 = _mm256_unpackhi_epi32(r[0], r[1]);
    const __m256i low23 = _mm256_unpacklo_epi32(r[2], r[3]);
    const __m256i high23 = _mm256_unpackhi_epi32(r[2], r[3]);
    std::byte* column = to + 4 * half * to_column_bytes;
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(column), _mm256_unpacklo_epi64(low01, low23));
    column += to_column_bytes;
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(column), _mm256_unpackhi_epi64(low01, low23));
    column += to_column_bytes;
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(column), _mm256_unpacklo_epi64(high01, high23));
    column += to_column_bytes;
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(column), _mm256_unpackhi_epi64(high01, high23));
  }
}

// 4 × 4 items of 8 bytes.
QUARRY_AVX2 void TransposeTile(const std::byte* from, size_t from_row_bytes, std::byte* to,
                               size_t to_column_bytes, uint64_t) {
  for (size_t half = 0; half < 2; ++half) {
    __m256i rows[2];  // rows 0 and 2, rows 1 and 3
    for (size_t r = 0; r < 2; ++r) {
      const std::byte* at = from + r * from_row_bytes + half * 16;
      const auto* low = reinterpret_cast<const __m128i*>(at);
      const auto* high = reinterpret_cast<const __m128i*>(at + 2 * from_row_bytes);
      rows[r] =
          _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128(low)), _mm_loadu_si128(high), 1);
    }
    std::byte* column = to + 2 * half * to_column_bytes;
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(column), _mm256_unpacklo_epi64(rows[0], rows[1]));
    column += to_column_bytes;
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(column), _mm256_unpackhi_epi64(rows[0], rows[1]));
  }
}

template <typename Item>
__attribute__((target("avx2"))) void TransposeTilesAvx2(const MatrixTransposition& m) {
  constexpr size_t kTile = 32 / sizeof(Item);
  constexpr size_t kLineRows = kLineBytes / sizeof(Item);
  const size_t whole_rows = m.rows / kLineRows * kLineRows;
  const size_t whole_columns = m.columns / kTile * kTile;
  for (size_t row = 0; row < whole_rows; row += kLineRows) {
    for (size_t column = 0; column < whole_columns; column += kTile) {
      const std::byte* from = m.from + row * m.from_row_bytes + column * sizeof(Item);
      std::byte* to = m.to + column * m.to_column_bytes + row * sizeof(Item);
      TransposeTile(from, m.from_row_bytes, to, m.to_column_bytes, Item{});
      TransposeTile(from + kTile * m.from_row_bytes, m.from_row_bytes, to + kTile * sizeof(Item),
                    m.to_column_bytes, Item{});
    }
    TransposeRectangle<Item>(m, row, row + kLineRows, whole_columns, m.columns);
  }
  TransposeRectangle<Item>(m, whole_rows, m.rows, 0, m.columns);
}

#endif

}  // namespace

void TransposeMatrixScalar(const MatrixTransposition& matrix, size_t item_bytes) {
  switch (item_bytes) {
    case 1:
      return TransposeTiles<uint8_t>(matrix);
    case 2:
      return TransposeTiles<uint16_t>(matrix);
    case 4:
      return TransposeTiles<uint32_t>(matrix);
    case 8:
      return TransposeTiles<uint64_t>(matrix);
    case 16:
      return TransposeTiles<SixteenBytes>(matrix);
    default:
      return TransposeAnySize(matrix, item_bytes);
  }
}

void TransposeMatrix(const MatrixTransposition& matrix, size_t item_bytes) {
#if defined(__x86_64__)
  if (Cpu().avx2 && item_bytes == 4) return TransposeTilesAvx2<uint32_t>(matrix);
  if (Cpu().avx2 && item_bytes == 8) return TransposeTilesAvx2<uint64_t>(matrix);
#endif
  TransposeMatrixScalar(matrix, item_bytes);
}

}  // namespace quarry
