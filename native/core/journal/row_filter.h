// Makes rows small: a book's row differs little from the one before it. The bytes are specified in
// spec/durable-append.md ("The journal"); src/append/journal/row-decoder.ts undoes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "core/bytes.h"

namespace quarry {

// Rows of one array.
struct ArrayRows {
  ByteView bytes;  // whole rows, in C order
  size_t row_bytes;
};

class RowFilter {
 public:
  // Puts `rows` behind what `out` holds. What they become depends on the rows of the same array before them.
  void Encode(uint32_t table, uint32_t position, const ArrayRows& rows, std::vector<std::byte>& out);

 private:
  // What is known of the row before; zeros before the first.
  struct LastRow {
    std::vector<uint32_t> numbers;
    std::vector<uint32_t> differences;
  };

  template <typename Number, bool kTwice>
  static void Subtract(const std::byte* from, size_t count, size_t first, LastRow& last, Number* told);
  template <typename Number, bool kTwice>
  static void EncodeAs(LastRow& last, ByteView rows, size_t width, std::vector<std::byte>& out);

  std::map<std::pair<uint32_t, uint32_t>, LastRow> last_;  // by table and position of the array
};

}  // namespace quarry
