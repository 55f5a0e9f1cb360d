#include "core/codec/blosclz.h"

#include <algorithm>

namespace quarry {

namespace {

constexpr unsigned kLowBits = 31;
constexpr unsigned kLongMatch = 7;
constexpr size_t kMatchBytesLess = 2;
constexpr size_t kFarDistance = 8191;

// Takes bytes off the front of the input, as long as there are some.
class Input {
 public:
  explicit Input(ByteView bytes) : rest_(bytes) {}

  bool IsEmpty() const { return rest_.empty(); }
  bool TakeByte(size_t& byte) {
    if (rest_.empty()) return false;
    byte = std::to_integer<size_t>(rest_.front());
    rest_ = rest_.subspan(1);
    return true;
  }
  bool TakeInto(std::byte* to, size_t bytes) {
    if (bytes > rest_.size()) return false;
    std::memcpy(to, rest_.data(), bytes);
    rest_ = rest_.subspan(bytes);
    return true;
  }

 private:
  ByteView rest_;
};

struct Match {
  size_t bytes;
  size_t distance;
};

bool TakeMatch(size_t control, Input& input, Match& match) {
  match.bytes = (control >> 5) + kMatchBytesLess;
  size_t byte = 255;
  if (control >> 5 == kLongMatch) {
    while (byte == 255) {
      if (!input.TakeByte(byte)) return false;
      match.bytes += byte;
    }
  }
  if (!input.TakeByte(byte)) return false;
  size_t back = (control & kLowBits) << 8 | byte;
  if (back == kFarDistance) {
    size_t high, low;
    if (!input.TakeByte(high) || !input.TakeByte(low)) return false;
    back += high << 8 | low;
  }
  match.distance = back + 1;
  return true;
}

// What a match repeats may be what it has just written; each step doubles what lies there.
void CopyMatch(std::byte* to, Match match) {
  const std::byte* const from = to - match.distance;
  while (match.bytes > 0) {
    const size_t step = std::min(match.bytes, static_cast<size_t>(to - from));
    std::memcpy(to, from, step);
    to += step;
    match.bytes -= step;
  }
}

}  // namespace

bool DecompressBlosclz(ByteView encoded, MutableBytes decoded) {
  Input input(encoded);
  size_t written = 0;
  size_t control;
  if (!input.TakeByte(control)) return false;
  control &= kLowBits;
  for (;;) {
    const size_t room = decoded.size() - written;
    if (control <= kLowBits) {
      const size_t literals = control + 1;
      if (literals > room || !input.TakeInto(decoded.data() + written, literals)) return false;
      written += literals;
    } else {
      Match match;
      if (!TakeMatch(control, input, match)) return false;
      if (match.distance > written || match.bytes > room) return false;
      CopyMatch(decoded.data() + written, match);
      written += match.bytes;
    }
    if (input.IsEmpty()) return written == decoded.size();
    input.TakeByte(control);
  }
}

}  // namespace quarry
