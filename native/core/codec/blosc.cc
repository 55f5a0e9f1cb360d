#include "core/codec/blosc.h"

#include "core/codec/bitshuffle_kernels.h"
#include "core/codec/blosc_blocks.h"
#include "core/codec/shuffle_kernels.h"

namespace quarry {

namespace {

constexpr size_t kCompressedBytesMin = 128;  // smaller chunks are copied, as c-blosc does

std::unexpected<Fault> Internal() { return std::unexpected(Fault{FaultReason::kInternal}); }
std::unexpected<Fault> Malformed() { return std::unexpected(Fault{FaultReason::kMalformed}); }

// What the filter does to a block of `block_bytes`: c-blosc shuffles whole items and leaves the rest of the
// bytes behind them; it shuffles bits only where the block holds a multiple of eight items.
BloscFilter EffectiveFilter(BloscFilter filter, size_t item_bytes, size_t block_bytes) {
  const size_t items = block_bytes / item_bytes;
  if (filter == BloscFilter::kShuffle && item_bytes > 1 && items > 0) return filter;
  if (filter == BloscFilter::kBitshuffle && items > 0 && items % 8 == 0) return filter;
  return BloscFilter::kNone;
}

enum class Direction { kForward, kBackward };

// `filter` is effective, so not kNone. Null `bit_scratch` is for kShuffle only.
void ApplyFilter(BloscFilter filter, Direction direction, size_t item_bytes, ByteView from, std::byte* to,
                 std::byte* bit_scratch) {
  const size_t items = from.size() / item_bytes;
  if (filter == BloscFilter::kShuffle) {
    (direction == Direction::kForward ? Shuffle : Unshuffle)(from.data(), to, items, item_bytes);
  } else {
    (direction == Direction::kForward ? Bitshuffle : Bitunshuffle)(from.data(), to, bit_scratch, items,
                                                                   item_bytes);
  }
  const size_t filtered_bytes = items * item_bytes;
  if (filtered_bytes < from.size()) {
    std::memcpy(to + filtered_bytes, from.data() + filtered_bytes, from.size() - filtered_bytes);
  }
}

struct FilterScratch {
  std::byte* block;
  std::byte* bits;
};

// Null `block` on exhaustion of memory.
FilterScratch ReserveFilterScratch(Workspace& workspace, BloscFilter filter, size_t block_bytes) {
  FilterScratch scratch{workspace.codec_scratch[0].Reserve(block_bytes), nullptr};
  if (filter == BloscFilter::kBitshuffle) {
    scratch.bits = workspace.codec_scratch[1].Reserve(block_bytes);
    if (scratch.bits == nullptr) scratch.block = nullptr;
  }
  return scratch;
}

class BloscCodec final : public Codec {
 public:
  explicit BloscCodec(const BloscSettings& settings) : settings_(settings) {}

  std::optional<size_t> EncodedBytes(size_t) const override { return std::nullopt; }
  size_t EncodedBound(size_t decoded_bytes) const override { return decoded_bytes + BloscHeader::kBytes; }

  FaultOr<size_t> Encode(ByteView decoded, MutableBytes encoded, Workspace& workspace) const override {
    if (!CanCompress(settings_.compressor)) return std::unexpected(Fault{FaultReason::kUnsupported});
    if (decoded.size() > BloscHeader::kDecodedBytesMax) {
      return std::unexpected(Fault{FaultReason::kTooLarge, BloscHeader::kDecodedBytesMax, decoded.size()});
    }
    const size_t block_bytes = BloscBlockBytes(settings_.compressor, settings_.level, settings_.item_bytes,
                                               decoded.size(), settings_.block_bytes);
    BloscHeader header{
        .format = FormatOf(settings_.compressor),
        .filter = settings_.filter,
        .is_copy = settings_.level == 0 || decoded.size() < kCompressedBytesMin,
        .is_split = BloscSplits(settings_.compressor, settings_.item_bytes, block_bytes),
        .item_bytes = settings_.item_bytes,
        .decoded_bytes = decoded.size(),
        .block_bytes = block_bytes,
    };
    // No frame is larger than a copy of its content.
    const MutableBytes frame = encoded.first(EncodedBound(decoded.size()));
    size_t frame_bytes = 0;
    if (!header.is_copy) {
      const FaultOr<size_t> written = EncodeBlocks(header, decoded, frame, workspace);
      if (!written) return written;
      frame_bytes = *written;
      header.is_copy = frame_bytes == 0;
    }
    if (header.is_copy) {
      frame_bytes = BloscHeader::kBytes + decoded.size();
      if (!decoded.empty()) std::memcpy(frame.data() + BloscHeader::kBytes, decoded.data(), decoded.size());
    }
    header.Write(frame.data(), frame_bytes);
    return frame_bytes;
  }

  FaultOr<size_t> Decode(ByteView encoded, MutableBytes decoded, Workspace& workspace) const override {
    const FaultOr<BloscFrame> frame = BloscFrame::Parse(encoded, decoded.size());
    if (!frame) return std::unexpected(frame.error());
    const BloscHeader& header = frame->header();
    if (header.is_copy) {
      const ByteView copy = frame->Copy();
      if (!copy.empty()) std::memcpy(decoded.data(), copy.data(), copy.size());
      return copy.size();
    }
    size_t used_bytes = header.BodyStart();
    for (size_t block = 0; block < header.BlockCount(); ++block) {
      const MutableBytes target = decoded.subspan(block * header.block_bytes, header.BlockBytes(block));
      const FaultOr<size_t> block_bytes = DecodeBloscBlock(*frame, block, target, workspace);
      if (!block_bytes) return block_bytes;
      used_bytes += *block_bytes;
    }
    // Blocks fill the frame, whatever their order: less means a gap, more means that some overlap.
    if (used_bytes != encoded.size()) return Malformed();
    return header.decoded_bytes;
  }

  bool DecodesRanges() const override { return true; }
  FaultOr<ByteRange> DecodeRange(ByteView encoded, MutableBytes decoded, size_t begin, size_t end,
                                 Workspace& workspace) const override {
    const FaultOr<BloscFrame> frame = BloscFrame::Parse(encoded, decoded.size());
    if (!frame) return std::unexpected(frame.error());
    const BloscHeader& header = frame->header();
    if (header.decoded_bytes != decoded.size()) {
      return std::unexpected(Fault{FaultReason::kLengthMismatch, decoded.size(), header.decoded_bytes});
    }
    if (header.is_copy) {
      if (end > begin) std::memcpy(decoded.data() + begin, frame->Copy().data() + begin, end - begin);
      return ByteRange{begin, end};
    }
    for (size_t block = begin / header.block_bytes; block * header.block_bytes < end; ++block) {
      const size_t start = block * header.block_bytes;
      const MutableBytes target = decoded.subspan(start, header.BlockBytes(block));
      const size_t first = begin > start ? begin - start : 0;
      const size_t last = std::min(end - start, target.size());
      const FaultOr<void> done = DecodeBloscBlockRange(*frame, block, target, first, last, workspace);
      if (!done) return std::unexpected(done.error());
    }
    return ByteRange{begin, end};
  }

 private:
  // Writes table and blocks behind the space of the header. Returns the bytes of the frame, or 0 where it
  // would not fit into `frame`.
  FaultOr<size_t> EncodeBlocks(const BloscHeader& header, ByteView decoded, MutableBytes frame,
                               Workspace& workspace) const {
    size_t offset = header.BodyStart();
    if (offset > frame.size()) return 0;
    const FilterScratch scratch = ReserveFilterScratch(workspace, header.filter, header.block_bytes);
    if (scratch.block == nullptr) return Internal();
    for (size_t block = 0; block < header.BlockCount(); ++block) {
      StoreLittleEndian(frame.data() + BloscHeader::kBytes + block * BloscHeader::kTableEntryBytes,
                        static_cast<uint32_t>(offset));
      ByteView content = decoded.subspan(block * header.block_bytes, header.BlockBytes(block));
      const BloscFilter filter = EffectiveFilter(header.filter, header.item_bytes, content.size());
      if (filter != BloscFilter::kNone) {
        ApplyFilter(filter, Direction::kForward, header.item_bytes, content, scratch.block, scratch.bits);
        content = ByteView(scratch.block, content.size());
      }
      const size_t streams = header.StreamCount(block);
      const size_t stream_bytes = content.size() / streams;
      for (size_t stream = 0; stream < streams; ++stream) {
        const FaultOr<size_t> written = EncodeStream(content.subspan(stream * stream_bytes, stream_bytes),
                                                     frame.subspan(offset), workspace);
        if (!written || *written == 0) return written;
        offset += *written;
      }
    }
    return offset;
  }

  // Length word and stream. Returns the bytes of both, or 0 where they do not fit.
  FaultOr<size_t> EncodeStream(ByteView content, MutableBytes encoded, Workspace& workspace) const {
    if (encoded.size() <= sizeof(uint32_t)) return 0;
    const MutableBytes room = encoded.subspan(sizeof(uint32_t));
    const FaultOr<size_t> compressed =
        CompressBloscStream(settings_.compressor, settings_.level, content,
                            room.first(std::min(room.size(), content.size())), workspace);
    if (!compressed) return compressed;
    size_t stream_bytes = *compressed;
    if (stream_bytes == 0 || stream_bytes == content.size()) {
      if (room.size() < content.size()) return 0;
      std::memcpy(room.data(), content.data(), content.size());
      stream_bytes = content.size();
    }
    StoreLittleEndian(encoded.data(), static_cast<uint32_t>(stream_bytes));
    return sizeof(uint32_t) + stream_bytes;
  }

  BloscSettings settings_;
};

}  // namespace

FaultOr<size_t> DecodeBloscBlock(const BloscFrame& frame, size_t block, MutableBytes decoded,
                                 Workspace& workspace) {
  const BloscHeader& header = frame.header();
  const BloscFilter filter = EffectiveFilter(header.filter, header.item_bytes, decoded.size());
  FilterScratch scratch{decoded.data(), nullptr};
  if (filter != BloscFilter::kNone) {
    scratch = ReserveFilterScratch(workspace, filter, decoded.size());
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
    ApplyFilter(filter, Direction::kBackward, header.item_bytes, ByteView(scratch.block, decoded.size()),
                decoded.data(), scratch.bits);
  }
  return offset - *start;
}

FaultOr<void> DecodeBloscBlockRange(const BloscFrame& frame, size_t block, MutableBytes decoded, size_t begin,
                                    size_t end, Workspace& workspace) {
  const BloscHeader& header = frame.header();
  const BloscFilter filter = EffectiveFilter(header.filter, header.item_bytes, decoded.size());
  const size_t streams = header.StreamCount(block);
  // Of a shuffled block that is split, each stream is one byte of every item: the range is the same part of
  // each.
  const bool is_planes = filter == BloscFilter::kShuffle && streams == header.item_bytes &&
                         decoded.size() % header.item_bytes == 0;
  if (!is_planes || (begin == 0 && end == decoded.size())) {
    const FaultOr<size_t> whole = DecodeBloscBlock(frame, block, decoded, workspace);
    if (!whole) return std::unexpected(whole.error());
    return {};
  }
  const size_t first_item = begin / header.item_bytes;
  const size_t end_item = (end + header.item_bytes - 1) / header.item_bytes;
  const size_t items = end_item - first_item;
  const size_t plane_bytes = decoded.size() / streams;
  std::byte* const plane = workspace.codec_scratch[0].Reserve(plane_bytes);
  std::byte* const parts = workspace.codec_scratch[1].Reserve(items * streams);
  if (plane == nullptr || parts == nullptr) return Internal();
  const FaultOr<size_t> start = frame.BlockStart(block);
  if (!start) return std::unexpected(start.error());
  size_t offset = *start;
  for (size_t stream = 0; stream < streams; ++stream) {
    const FaultOr<ByteView> encoded = frame.TakeStream(offset);
    if (!encoded) return std::unexpected(encoded.error());
    const std::byte* content = encoded->data();
    if (encoded->size() != plane_bytes) {
      const FaultOr<size_t> written =
          DecompressBloscStream(header.format, *encoded, {plane, plane_bytes}, workspace);
      if (!written) return std::unexpected(written.error());
      content = plane;
    }
    std::memcpy(parts + stream * items, content + first_item, items);
  }
  Unshuffle(parts, decoded.data() + first_item * header.item_bytes, items, header.item_bytes);
  return {};
}

std::unique_ptr<const Codec> MakeBloscCodec(const BloscSettings& settings) {
  if (settings.level < 0 || settings.level > 9) return nullptr;
  if (settings.item_bytes < 1 || settings.item_bytes > 255) return nullptr;
  if (settings.block_bytes > BloscHeader::kDecodedBytesMax) return nullptr;
  return std::make_unique<BloscCodec>(settings);
}

}  // namespace quarry
