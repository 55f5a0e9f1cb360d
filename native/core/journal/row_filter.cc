#include "core/journal/row_filter.h"

#include <cstring>
#include <type_traits>

namespace quarry {
namespace {

// Rows of so few bytes are times and counters mostly, whose differences differ little.
constexpr size_t kTwiceBytesMax = 8;

constexpr size_t kVarintBytesMax = 5;

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

template <typename Number, bool kTwice>
void RowFilter::EncodeAs(LastRow& last, ByteView rows, size_t width, std::vector<std::byte>& out) {
  const size_t mask_bytes = (width + 7) / 8;
  const size_t row_count = rows.size() / (width * sizeof(Number));
  const size_t before = out.size();
  out.resize(before + row_count * (mask_bytes + kVarintBytesMax * width));
  std::byte* to = out.data() + before;
  const std::byte* from = rows.data();
  for (size_t row = 0; row < row_count; ++row) {
    std::byte* const mask = to;
    std::memset(mask, 0, mask_bytes);
    to += mask_bytes;
    for (size_t i = 0; i < width; ++i, from += sizeof(Number)) {
      Number number;
      std::memcpy(&number, from, sizeof number);
      const auto difference = static_cast<Number>(number - last.numbers[i]);
      last.numbers[i] = number;
      Number told = difference;
      if constexpr (kTwice) {
        told = static_cast<Number>(difference - last.differences[i]);
        last.differences[i] = difference;
      }
      if (told == 0) continue;
      mask[i / 8] |= std::byte{1} << (i % 8);
      to = PutVarint(to, Folded<Number>(told));
    }
  }
  out.resize(static_cast<size_t>(to - out.data()));
}

}  // namespace quarry
