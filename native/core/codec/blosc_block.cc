#include "core/codec/blosc_block.h"

#include <algorithm>
#include <cstring>

#include "core/codec/blosc_filter.h"
#include "core/codec/blosc_stream.h"
#include "core/codec/shuffle_kernels.h"

namespace quarry {

namespace {

std::unexpected<Fault> Internal() { return std::unexpected(Fault{FaultReason::kInternal}); }

// Of a block that is not filtered: only the streams that hold a part of the range, each up to its end.
FaultOr<void> DecodeOpenRange(const BloscFrame& frame, size_t block, MutableBytes decoded, ByteRange range,
                              Workspace& workspace) {
  const BloscHeader& header = frame.header();
  const size_t stream_bytes = decoded.size() / header.StreamCount(block);
  const FaultOr<size_t> start = frame.BlockStart(block);
  if (!start) return std::unexpected(start.error());
  size_t offset = *start;
  for (size_t at = 0; at < range.end; at += stream_bytes) {
    const FaultOr<ByteView> encoded = frame.TakeStream(offset);
    if (!encoded) return std::unexpected(encoded.error());
    if (at + stream_bytes <= range.begin) continue;
    const MutableBytes content = decoded.subspan(at, stream_bytes);
    const size_t front_bytes = std::min(range.end - at, stream_bytes);
    if (encoded->size() == stream_bytes) {
      std::memcpy(content.data(), encoded->data(), front_bytes);
      continue;
    }
    const FaultOr<size_t> done =
        DecompressBloscStreamFront(header.format, *encoded, content, front_bytes, workspace);
    if (!done) return std::unexpected(done.error());
  }
  return {};
}

// Of a shuffled block of whole items, which is a plane for each byte of an item, one behind the other: the
// range is the same part of every plane. A stream holds one plane, or all of them.
FaultOr<void> DecodePlanesRange(const BloscFrame& frame, size_t block, MutableBytes decoded, ByteRange range,
                                Workspace& workspace) {
  const BloscHeader& header = frame.header();
  const size_t first_item = range.begin / header.item_bytes;
  const size_t end_item = (range.end + header.item_bytes - 1) / header.item_bytes;
  const size_t items = end_item - first_item;
  const size_t streams = header.StreamCount(block);
  const size_t stream_bytes = decoded.size() / streams;
  const size_t plane_bytes = decoded.size() / header.item_bytes;
  const size_t front_bytes = stream_bytes - plane_bytes + end_item;
  std::byte* const room = workspace.codec_scratch[0].Reserve(stream_bytes);
  std::byte* const parts = workspace.codec_scratch[1].Reserve(items * header.item_bytes);
  if (room == nullptr || parts == nullptr) return Internal();
  const FaultOr<size_t> start = frame.BlockStart(block);
  if (!start) return std::unexpected(start.error());
  size_t offset = *start;
  std::byte* part = parts;
  for (size_t stream = 0; stream < streams; ++stream) {
    const FaultOr<ByteView> encoded = frame.TakeStream(offset);
    if (!encoded) return std::unexpected(encoded.error());
    const std::byte* content = encoded->data();
    if (encoded->size() != stream_bytes) {
      const FaultOr<size_t> done =
          DecompressBloscStreamFront(header.format, *encoded, {room, stream_bytes}, front_bytes, workspace);
      if (!done) return std::unexpected(done.error());
      content = room;
    }
    for (size_t plane = 0; plane < stream_bytes; plane += plane_bytes, part += items) {
      std::memcpy(part, content + plane + first_item, items);
    }
  }
  Unshuffle(parts, decoded.data() + first_item * header.item_bytes, items, header.item_bytes);
  return {};
}

}  // namespace

FaultOr<size_t> DecodeBloscBlock(const BloscFrame& frame, size_t block, MutableBytes decoded,
                                 Workspace& workspace) {
  const BloscHeader& header = frame.header();
  const BloscFilter filter = EffectiveBloscFilter(header.filter, header.item_bytes, decoded.size());
  BloscFilterScratch scratch{decoded.data(), nullptr};
  if (filter != BloscFilter::kNone) {
    scratch = ReserveBloscFilterScratch(workspace, filter, decoded.size());
    if (scratch.block == nullptr) return Internal();
  }
  const FaultOr<size_t> start = frame.BlockStart(block);
  if (!start) return start;
  size_t offset = *start;
  const size_t streams = header.StreamCount(block);
  const size_t stream_bytes = decoded.size() / streams;
  for (size_t stream = 0; stream < streams; ++stream) {
    const FaultOr<ByteView> encoded = frame.TakeStream(offset);
    if (!encoded) return std::unexpected(encoded.error());
    const MutableBytes content(scratch.block + stream * stream_bytes, stream_bytes);
    if (encoded->size() == stream_bytes) {
      std::memcpy(content.data(), encoded->data(), stream_bytes);
      continue;
    }
    const FaultOr<size_t> written = DecompressBloscStream(header.format, *encoded, content, workspace);
    if (!written) return written;
  }
  if (filter != BloscFilter::kNone) {
    UndoBloscFilter(filter, header.item_bytes, ByteView(scratch.block, decoded.size()), decoded.data(),
                    scratch.bits);
  }
  return offset - *start;
}

FaultOr<void> DecodeBloscBlockRange(const BloscFrame& frame, size_t block, MutableBytes decoded, size_t begin,
                                    size_t end, Workspace& workspace) {
  const BloscHeader& header = frame.header();
  const BloscFilter filter = EffectiveBloscFilter(header.filter, header.item_bytes, decoded.size());
  const ByteRange range{begin, end};
  const bool is_whole = begin == 0 && end == decoded.size();
  if (!is_whole && filter == BloscFilter::kNone) {
    return DecodeOpenRange(frame, block, decoded, range, workspace);
  }
  if (!is_whole && filter == BloscFilter::kShuffle && decoded.size() % header.item_bytes == 0) {
    return DecodePlanesRange(frame, block, decoded, range, workspace);
  }
  const FaultOr<size_t> whole = DecodeBloscBlock(frame, block, decoded, workspace);
  if (!whole) return std::unexpected(whole.error());
  return {};
}

}  // namespace quarry
