#include "core/journal/row_filter.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <type_traits>
#include <utility>

namespace quarry {
namespace {

// Rows of so few bytes are times and counters mostly, whose differences differ little.
constexpr size_t kTwiceBytesMax = 8;

constexpr size_t kVarintBytesMax = 5;

// A byte of a row's mask tells of so many.
constexpr size_t kNumbersOfMask = 8;

std::byte* PutVarint(std::byte* to, uint32_t value) {
  for (; value > 0x7f; value >>= 7) *to++ = static_cast<std::byte>(value | 0x80);
  *to++ = static_cast<std::byte>(value);
  return to;
}

// Small for small differences of both signs.
template <typename Number>
uint32_t Folded(uint32_t difference) {
  const auto told = static_cast<int32_t>(static_cast<std::make_signed_t<Number>>(difference));
  return (static_cast<uint32_t>(told) << 1) ^ static_cast<uint32_t>(told >> 31);
}

}  // namespace

void RowFilter::Encode(uint32_t table, uint32_t position, const ArrayRows& rows,
                       std::vector<std::byte>& out) {
  if (rows.bytes.empty()) return;
  const bool is_words = rows.row_bytes % sizeof(uint32_t) == 0;
  const size_t width = is_words ? rows.row_bytes / sizeof(uint32_t) : rows.row_bytes;
  LastRow& last = last_[{table, position}];
  last.numbers.resize(width);
  last.differences.resize(width);
  const bool is_twice = rows.row_bytes <= kTwiceBytesMax;
  if (is_words) {
    is_twice ? EncodeAs<uint32_t, true>(last, rows.bytes, width, out)
             : EncodeAs<uint32_t, false>(last, rows.bytes, width, out);
  } else {
    is_twice ? EncodeAs<uint8_t, true>(last, rows.bytes, width, out)
             : EncodeAs<uint8_t, false>(last, rows.bytes, width, out);
  }
}

// What is told of `count` numbers at `from`, the first of which is number `first` of its row.
template <typename Number, bool kTwice>
void RowFilter::Subtract(const std::byte* from, size_t count, size_t first, LastRow& last, Number* told) {
  uint32_t* const before = last.numbers.data() + first;
  for (size_t i = 0; i < count; ++i) {
    Number number;
    std::memcpy(&number, from + i * sizeof number, sizeof number);
    told[i] = static_cast<Number>(number - before[i]);
    before[i] = number;
    if constexpr (kTwice) {
      const auto difference = std::exchange(last.differences[first + i], told[i]);
      told[i] = static_cast<Number>(told[i] - difference);
    }
  }
}

template <typename Number, bool kTwice>
void RowFilter::EncodeAs(LastRow& last, ByteView rows, size_t width, std::vector<std::byte>& out) {
  const size_t mask_bytes = (width + kNumbersOfMask - 1) / kNumbersOfMask;
  const size_t row_count = rows.size() / (width * sizeof(Number));
  const size_t before = out.size();
  out.resize(before + row_count * (mask_bytes + kVarintBytesMax * width));
  std::byte* to = out.data() + before;
  const std::byte* from = rows.data();
  for (size_t row = 0; row < row_count; ++row) {
    std::byte* const mask = to;
    to += mask_bytes;
    for (size_t first = 0; first < width; first += kNumbersOfMask) {
      const size_t count = std::min(kNumbersOfMask, width - first);
      // All at once, so that the compiler can: most of them are zeros, and then there is nothing else to do.
      Number told[kNumbersOfMask] = {};
      if (count == kNumbersOfMask) {
        Subtract<Number, kTwice>(from, kNumbersOfMask, first, last, told);
      } else {
        Subtract<Number, kTwice>(from, count, first, last, told);
      }
      from += count * sizeof(Number);
      unsigned bits = 0;
      for (size_t i = 0; i < kNumbersOfMask; ++i) bits |= unsigned{told[i] != 0} << i;
      mask[first / kNumbersOfMask] = static_cast<std::byte>(bits);
      for (; bits != 0; bits &= bits - 1) to = PutVarint(to, Folded<Number>(told[std::countr_zero(bits)]));
    }
  }
  out.resize(static_cast<size_t>(to - out.data()));
}

}  // namespace quarry
