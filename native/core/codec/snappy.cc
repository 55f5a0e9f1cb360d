#include "core/codec/snappy.h"

#include "core/codec/lz77.h"

namespace quarry {

namespace {

constexpr size_t kLiterals = 0;
constexpr size_t kNearMatch = 1;
constexpr size_t kFarMatch = 2;
constexpr size_t kLongestInline = 59;
constexpr unsigned kDeclaredLengthBytesMax = 5;

bool TakeDeclaredLength(Lz77Input& input, size_t& length) {
  length = 0;
  for (unsigned i = 0; i < kDeclaredLengthBytesMax; ++i) {
    size_t group;
    if (!input.TakeByte(group)) return false;
    length |= (group & 0x7f) << (7 * i);
    if (group < 0x80) return true;
  }
  return false;
}

bool AppendElement(Lz77Input& input, Lz77Output& output) {
  size_t tag;
  if (!input.TakeByte(tag)) return false;
  const size_t kind = tag & 3;
  size_t length = tag >> 2;
  if (kind == kLiterals) {
    if (length > kLongestInline && !input.TakeLittleEndian(length - kLongestInline, length)) return false;
    return output.AppendLiterals(length + 1, input);
  }
  size_t distance;
  if (kind == kNearMatch) {
    if (!input.TakeByte(distance)) return false;
    return output.AppendMatch((length & 7) + 4, (tag >> 5) << 8 | distance);
  }
  return input.TakeLittleEndian(kind == kFarMatch ? 2 : 4, distance) &&
         output.AppendMatch(length + 1, distance);
}

}  // namespace

bool DecompressSnappy(ByteView encoded, MutableBytes decoded) {
  Lz77Input input(encoded);
  size_t declared_bytes;
  if (!TakeDeclaredLength(input, declared_bytes) || declared_bytes != decoded.size()) return false;
  Lz77Output output(decoded);
  while (!input.IsEmpty()) {
    if (!AppendElement(input, output)) return false;
  }
  return output.IsFull();
}

}  // namespace quarry
