// Transposes one matrix: item (row, column) of the source lies at row · from_row_bytes + column · item_bytes,
// that of the target at column · to_column_bytes + row · item_bytes.
#pragma once

#include <cstddef>

namespace quarry {

struct MatrixTransposition {
  const std::byte* from;
  std::byte* to;
  size_t rows;
  size_t columns;
  size_t from_row_bytes;
  size_t to_column_bytes;
};

// Items of 1, 2, 4, 8 and 16 bytes have code of their own.
void TransposeMatrix(const MatrixTransposition& matrix, size_t item_bytes);
// The definition.
void TransposeMatrixScalar(const MatrixTransposition& matrix, size_t item_bytes);

}  // namespace quarry
