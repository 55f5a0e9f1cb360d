#include "core/codec/lz4_block.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace quarry {

namespace {

constexpr size_t kLengthGoesOn = 15;
constexpr size_t kByteGoesOn = 255;
constexpr size_t kMatchBytesLess = 4;
constexpr size_t kOffsetBytes = 2;
constexpr size_t kLastLiteralBytes = 5;

// Short sequences are copied in steps, of which the last may go beyond what is copied. A token, literals and
// a match whose lengths are in it, and the steps beyond, stay within this room.
constexpr size_t kStepBytes = 16;
constexpr size_t kRoomBytes = 64;

// Copies at least `bytes` bytes, at least one step. `from` is at least a step before `to`, or elsewhere.
inline void CopySteps(std::byte* to, const std::byte* from, size_t bytes) {
  std::memcpy(to, from, kStepBytes);
  for (size_t done = kStepBytes; done < bytes; done += kStepBytes) {
    std::memcpy(to + done, from + done, kStepBytes);
  }
}

// The same where `offset`, the distance from source to target, is less than a step, so that what is copied
// has just been written.
inline void RepeatSteps(std::byte* to, size_t offset, size_t bytes) {
  const std::byte* const from = to - offset;
  for (size_t i = 0; i < kStepBytes; ++i) to[i] = from[i];
  // The least number of whole periods that is a step or more.
  static constexpr uint8_t kPeriods[kStepBytes] = {0,  16, 16, 18, 16, 20, 18, 21,
                                                   16, 18, 20, 22, 24, 26, 28, 30};
  if (bytes > kStepBytes) CopySteps(to + kStepBytes, to + kStepBytes - kPeriods[offset], bytes - kStepBytes);
}

struct Position {
  const std::byte* in;
  std::byte* out;
};

// Decodes sequences as long as they are short and in the middle of the block, where few bounds have to be
// looked at. Stops in front of the first that is not, or that is malformed.
inline Position DecodeShortSequences(Position at, const std::byte* in_end, const std::byte* out_begin,
                                     const std::byte* out_end) {
  const auto has_room = [](const std::byte* from, const std::byte* end, size_t bytes) {
    return static_cast<size_t>(end - from) >= bytes + kRoomBytes;
  };
  while (has_room(at.in, in_end, 0) && has_room(at.out, out_end, 0)) {
    auto [in, out] = at;
    const auto token = std::to_integer<size_t>(*in++);
    size_t literal_bytes = token >> 4;
    if (literal_bytes == kLengthGoesOn) {
      const auto more = std::to_integer<size_t>(*in++);
      literal_bytes += more;
      if (more == kByteGoesOn || !has_room(in, in_end, literal_bytes) ||
          !has_room(out, out_end, literal_bytes)) {
        break;
      }
      CopySteps(out, in, literal_bytes);
    } else {
      std::memcpy(out, in, kStepBytes);
    }
    in += literal_bytes;
    out += literal_bytes;

    const size_t offset = LoadLittleEndian<uint16_t>(in);
    in += kOffsetBytes;
    size_t match_bytes = token & 15;
    if (match_bytes == kLengthGoesOn) {
      const auto more = std::to_integer<size_t>(*in++);
      match_bytes += more;
      if (more == kByteGoesOn || !has_room(out, out_end, match_bytes)) break;
    }
    match_bytes += kMatchBytesLess;
    if (offset == 0 || offset > static_cast<size_t>(out - out_begin)) break;
    if (offset >= kStepBytes) [[likely]] {
      CopySteps(out, out - offset, match_bytes);
    } else {
      RepeatSteps(out, offset, match_bytes);
    }
    at = {in, out + match_bytes};
  }
  return at;
}

// Copies exactly `bytes` bytes from `offset` back.
void CopyMatch(std::byte* to, size_t offset, size_t bytes) {
  const std::byte* const from = to - offset;
  if (offset == 1) {
    std::memset(to, std::to_integer<int>(*from), bytes);
    return;
  }
  // What a match repeats may be what it has just written; each copy doubles what lies there.
  while (bytes > 0) {
    const size_t copied = std::min(bytes, static_cast<size_t>(to - from));
    std::memcpy(to, from, copied);
    to += copied;
    bytes -= copied;
  }
}

// Adds to a length what the bytes behind it say. False where the input ends in them.
bool CompleteLength(size_t& length, const std::byte*& in, const std::byte* in_end) {
  if (length != kLengthGoesOn) return true;
  size_t more = kByteGoesOn;
  while (more == kByteGoesOn) {
    if (in == in_end) return false;
    more = std::to_integer<size_t>(*in++);
    length += more;
  }
  return true;
}

enum class Extent { kWhole, kFront };

// Returns the bytes written.
template <Extent kExtent>
std::optional<size_t> Decode(ByteView encoded, MutableBytes decoded) {
  const std::byte* const in_end = encoded.data() + encoded.size();
  std::byte* const out_begin = decoded.data();
  std::byte* const out_end = out_begin + decoded.size();
  Position at{encoded.data(), out_begin};
  auto& [in, out] = at;
  const auto is_done = [&] { return kExtent == Extent::kFront && out == out_end; };
  for (;;) {
    at = DecodeShortSequences(at, in_end, out_begin, out_end);
    if (is_done()) return decoded.size();
    if (in == in_end) return std::nullopt;
    const auto token = std::to_integer<size_t>(*in++);

    size_t literal_bytes = token >> 4;
    if (!CompleteLength(literal_bytes, in, in_end)) return std::nullopt;
    if (literal_bytes > static_cast<size_t>(in_end - in)) return std::nullopt;
    const auto out_room = static_cast<size_t>(out_end - out);
    if (literal_bytes > out_room) {
      if (kExtent == Extent::kWhole) return std::nullopt;
      literal_bytes = out_room;
    }
    if (literal_bytes > 0) std::memcpy(out, in, literal_bytes);
    in += literal_bytes;
    out += literal_bytes;
    if (is_done()) return decoded.size();
    if (in == in_end) return static_cast<size_t>(out - out_begin);

    if (static_cast<size_t>(in_end - in) < kOffsetBytes) return std::nullopt;
    const size_t offset = LoadLittleEndian<uint16_t>(in);
    in += kOffsetBytes;
    size_t match_bytes = token & 15;
    if (!CompleteLength(match_bytes, in, in_end)) return std::nullopt;
    match_bytes += kMatchBytesLess;
    if (offset == 0 || offset > static_cast<size_t>(out - out_begin)) return std::nullopt;
    const auto match_room = static_cast<size_t>(out_end - out);
    if (kExtent == Extent::kFront) {
      match_bytes = std::min(match_bytes, match_room);
    } else if (match_bytes + kLastLiteralBytes > match_room) {
      return std::nullopt;
    }
    CopyMatch(out, offset, match_bytes);
    out += match_bytes;
  }
}

}  // namespace

std::optional<size_t> DecompressLz4(ByteView encoded, MutableBytes decoded) {
  return Decode<Extent::kWhole>(encoded, decoded);
}

bool DecompressLz4Front(ByteView encoded, MutableBytes front) {
  return Decode<Extent::kFront>(encoded, front) == front.size();
}

}  // namespace quarry
