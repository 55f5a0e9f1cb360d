// Decodes a cell for those who want parts of it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <expected>
#include <span>

#include "core/array/array_fault.h"
#include "core/array/local_array.h"
#include "core/array/selection.h"
#include "core/codec/workspace.h"

namespace quarry {

// A part of a cell, and the place of the first item of the selection that it belongs to.
template <SelectionPart P>
struct PartInMemory {
  const P* part;
  std::byte* memory;
};

// Bytes between two parts that are decoded along: both are likely to lie in one block of a Blosc chunk, which
// is decompressed for each range anew.
inline constexpr size_t kRangeGapBytes = 32 << 10;

// Decodes `encoded` once, as far as `parts` (at least one; they are reordered) reach, and copies each to its
// memory.
//
// A part that takes the cell whole, and whose place in memory is contiguous, has it decoded straight into
// there. Else the cell goes to scratch memory: first the part that ends last, together with those close
// before it; a codec of one stream has decoded all the others by then. Then those that still lie outside what
// has been decoded.
template <SelectionPart P>
ArrayOr<void> DecodeToParts(const LocalArray& array, ByteView encoded, std::span<PartInMemory<P>> parts,
                            Workspace& workspace) {
  const auto codec_fault = [](const ChainFault& fault) {
    return std::unexpected(ArrayFault{.kind = ArrayFaultKind::kChunkCodec, .chain = fault});
  };
  const size_t cell_bytes = array.chain().chunk_bytes();
  for (const PartInMemory<P>& whole : parts) {
    const auto straight = whole.part->WholeCellOffset();
    if (!straight) continue;
    std::byte* const cell = whole.memory + *straight;
    if (const auto decoded = array.chain().Decode(encoded, {cell, cell_bytes}, workspace); !decoded) {
      return codec_fault(decoded.error());
    }
    for (const PartInMemory<P>& other : parts) {
      if (&other != &whole) other.part->ToMemory(cell, other.memory);
    }
    return {};
  }

  std::byte* const cell = workspace.chunk_scratch[0].Reserve(cell_bytes);
  if (cell == nullptr) {
    return std::unexpected(ArrayFault{.kind = ArrayFaultKind::kMemory, .expected = cell_bytes});
  }
  std::ranges::sort(parts, std::ranges::greater{},
                    [](const PartInMemory<P>& each) { return each.part->CellRange().end; });
  ByteRange decoded{0, 0};
  for (size_t at = 0; at < parts.size(); ++at) {
    ByteRange wanted = parts[at].part->CellRange();
    if (!decoded.Contains(wanted)) {
      for (size_t next = at + 1; next < parts.size(); ++next) {
        const ByteRange range = parts[next].part->CellRange();
        if (range.end + kRangeGapBytes < wanted.begin) break;
        wanted.begin = std::min(wanted.begin, range.begin);
      }
      const auto done =
          array.chain().DecodeRange(encoded, {cell, cell_bytes}, wanted.begin, wanted.end, workspace);
      if (!done) return codec_fault(done.error());
      decoded = *done;
    }
    parts[at].part->ToMemory(cell, parts[at].memory);
  }
  return {};
}

}  // namespace quarry
