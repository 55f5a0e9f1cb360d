#include "core/codec/blosclz.h"

#include "core/codec/lz77.h"

namespace quarry {

namespace {

constexpr unsigned kLowBits = 31;
constexpr unsigned kLongMatch = 7;
constexpr size_t kMatchBytesLess = 2;
constexpr size_t kFarDistance = 8191;

bool AppendMatch(size_t control, Lz77Input& input, Lz77Output& output) {
  size_t bytes = (control >> 5) + kMatchBytesLess;
  size_t byte = 255;
  if (control >> 5 == kLongMatch) {
    while (byte == 255) {
      if (!input.TakeByte(byte)) return false;
      bytes += byte;
    }
  }
  if (!input.TakeByte(byte)) return false;
  size_t back = (control & kLowBits) << 8 | byte;
  if (back == kFarDistance) {
    size_t high, low;
    if (!input.TakeByte(high) || !input.TakeByte(low)) return false;
    back += high << 8 | low;
  }
  return output.AppendMatch(bytes, back + 1);
}

}  // namespace

bool DecompressBlosclz(ByteView encoded, MutableBytes decoded) {
  Lz77Input input(encoded);
  Lz77Output output(decoded);
  size_t control;
  if (!input.TakeByte(control)) return false;
  control &= kLowBits;
  for (;;) {
    const bool appended =
        control <= kLowBits ? output.AppendLiterals(control + 1, input) : AppendMatch(control, input, output);
    if (!appended) return false;
    if (input.IsEmpty()) return output.IsFull();
    input.TakeByte(control);
  }
}

}  // namespace quarry
