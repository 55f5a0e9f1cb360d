// What the decoders of byte-wise LZ77 formats share: input that is taken off the front as long as there is
// some, and output that grows by literals and by matches, within its bounds.
#pragma once

#include <algorithm>
#include <cstddef>

#include "core/bytes.h"

namespace quarry {

class Lz77Input {
 public:
  explicit Lz77Input(ByteView bytes) : rest_(bytes) {}

  bool IsEmpty() const { return rest_.empty(); }
  bool TakeByte(size_t& byte) { return TakeLittleEndian(1, byte); }
  // An unsigned integer of `width` bytes, at most four.
  bool TakeLittleEndian(size_t width, size_t& value) {
    if (width > rest_.size()) return false;
    value = 0;
    for (size_t i = 0; i < width; ++i) value |= std::to_integer<size_t>(rest_[i]) << (8 * i);
    rest_ = rest_.subspan(width);
    return true;
  }
  bool Take(size_t bytes, ByteView& taken) {
    if (bytes > rest_.size()) return false;
    taken = rest_.first(bytes);
    rest_ = rest_.subspan(bytes);
    return true;
  }

 private:
  ByteView rest_;
};

class Lz77Output {
 public:
  explicit Lz77Output(MutableBytes bytes) : bytes_(bytes) {}

  bool IsFull() const { return written_ == bytes_.size(); }
  bool AppendLiterals(size_t bytes, Lz77Input& input) {
    ByteView literals;
    if (bytes > bytes_.size() - written_ || !input.Take(bytes, literals)) return false;
    if (bytes > 0) std::memcpy(bytes_.data() + written_, literals.data(), bytes);
    written_ += bytes;
    return true;
  }
  // Repeats the `bytes` that begin `distance` back.
  bool AppendMatch(size_t bytes, size_t distance) {
    if (distance == 0 || distance > written_ || bytes > bytes_.size() - written_) return false;
    std::byte* to = bytes_.data() + written_;
    const std::byte* const from = to - distance;
    written_ += bytes;
    // What a match repeats may be what it has just written; each step doubles what lies there.
    while (bytes > 0) {
      const size_t step = std::min(bytes, static_cast<size_t>(to - from));
      std::memcpy(to, from, step);
      to += step;
      bytes -= step;
    }
    return true;
  }

 private:
  MutableBytes bytes_;
  size_t written_ = 0;
};

}  // namespace quarry
