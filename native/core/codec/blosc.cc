#include "core/codec/blosc.h"

#include "core/codec/blosc_block.h"
#include "core/codec/blosc_blocks.h"
#include "core/codec/blosc_filter.h"

namespace quarry {

namespace {

constexpr size_t kCompressedBytesMin = 128;  // smaller chunks are copied, as c-blosc does

std::unexpected<Fault> Internal() { return std::unexpected(Fault{FaultReason::kInternal}); }
std::unexpected<Fault> Malformed() { return std::unexpected(Fault{FaultReason::kMalformed}); }

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
    const BloscFilterScratch scratch =
        ReserveBloscFilterScratch(workspace, header.filter, header.block_bytes);
    if (scratch.block == nullptr) return Internal();
    for (size_t block = 0; block < header.BlockCount(); ++block) {
      StoreLittleEndian(frame.data() + BloscHeader::kBytes + block * BloscHeader::kTableEntryBytes,
                        static_cast<uint32_t>(offset));
      ByteView content = decoded.subspan(block * header.block_bytes, header.BlockBytes(block));
      const BloscFilter filter = EffectiveBloscFilter(header.filter, header.item_bytes, content.size());
      if (filter != BloscFilter::kNone) {
        ApplyBloscFilter(filter, header.item_bytes, content, scratch.block, scratch.bits);
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

std::unique_ptr<const Codec> MakeBloscCodec(const BloscSettings& settings) {
  if (settings.level < 0 || settings.level > 9) return nullptr;
  if (settings.item_bytes < 1 || settings.item_bytes > 255) return nullptr;
  if (settings.block_bytes > BloscHeader::kDecodedBytesMax) return nullptr;
  return std::make_unique<BloscCodec>(settings);
}

}  // namespace quarry
