// Decoding goes through ZSTD_decompressDCtx, which writes straight into the caller's memory: it allocates no
// window, so neither a frame's window size nor the content size that it claims can make it allocate anything.
#include "core/codec/zstd.h"

#define ZSTD_STATIC_LINKING_ONLY  // for ZSTD_d_forceIgnoreChecksum, and decompression block by block
#define ZSTD_DISABLE_DEPRECATE_WARNINGS
#include <common/xxhash.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "core/codec/zstd_contexts.h"

namespace quarry {

namespace {

constexpr int kLevelMin = -7;
constexpr int kLevelMax = 22;

// Whether `bytes` begins as a zstd frame or a skippable frame does.
bool MayBeFrame(ByteView bytes) {
  constexpr uint32_t kMagic = 0xFD2FB528;
  constexpr uint32_t kSkippableMagic = 0x184D2A50;  // to …5F
  if (bytes.size() < sizeof(uint32_t)) return false;
  const auto magic = LoadLittleEndian<uint32_t>(bytes.data());
  return magic == kMagic || (magic & 0xFFFFFFF0) == kSkippableMagic;
}

// Why the frames of `encoded` cannot be walked from start to end; `if_whole` where they can.
FaultReason FramingFault(ByteView encoded, FaultReason if_whole) {
  ByteView rest = encoded;
  while (!rest.empty()) {
    if (!MayBeFrame(rest)) {
      if (rest.size() != encoded.size()) return FaultReason::kTrailingBytes;
      return rest.size() < sizeof(uint32_t) ? FaultReason::kTruncated : FaultReason::kMalformed;
    }
    const size_t frame_bytes = ZSTD_findFrameCompressedSize(rest.data(), rest.size());
    if (ZSTD_isError(frame_bytes)) {
      return ZSTD_getErrorCode(frame_bytes) == ZSTD_error_srcSize_wrong ? FaultReason::kTruncated
                                                                        : FaultReason::kMalformed;
    }
    rest = rest.subspan(frame_bytes);
  }
  return if_whole;
}

// Finds the frame whose checksum is wrong, by decoding each again without a look at the checksum, since zstd
// tells neither the frame nor the values. `decoded` is overwritten.
Fault ChecksumFault(ZSTD_DCtx* context, ByteView encoded, MutableBytes decoded) {
  Fault fault{FramingFault(encoded, FaultReason::kChecksumMismatch)};
  if (fault.reason != FaultReason::kChecksumMismatch)
    return fault;  // said of a checksum that is cut short, too
  ZSTD_DCtx_setParameter(context, ZSTD_d_forceIgnoreChecksum, ZSTD_d_ignoreChecksum);
  while (!encoded.empty()) {
    const ByteView frame = encoded.first(ZSTD_findFrameCompressedSize(encoded.data(), encoded.size()));
    const size_t content_bytes =
        ZSTD_decompressDCtx(context, decoded.data(), decoded.size(), frame.data(), frame.size());
    if (ZSTD_isError(content_bytes)) break;
    ZSTD_FrameHeader header;
    ZSTD_getFrameHeader(&header, frame.data(), frame.size());
    if (header.checksumFlag != 0) {
      const auto stored = LoadLittleEndian<uint32_t>(frame.data() + frame.size() - sizeof(uint32_t));
      const auto computed = static_cast<uint32_t>(XXH64(decoded.data(), content_bytes, 0));
      if (stored != computed) {
        fault.expected = stored;
        fault.actual = computed;
        break;
      }
    }
    encoded = encoded.subspan(frame.size());
    decoded = decoded.subspan(content_bytes);
  }
  ZSTD_DCtx_reset(context, ZSTD_reset_session_and_parameters);
  return fault;
}

Fault DecodingFault(size_t code, ByteView encoded, size_t capacity) {
  switch (ZSTD_getErrorCode(code)) {
    case ZSTD_error_dstSize_tooSmall: {
      // Frames may leave their content size out; then all that is known is that it is more.
      const unsigned long long declared = ZSTD_getFrameContentSize(encoded.data(), encoded.size());
      const bool is_known = declared != ZSTD_CONTENTSIZE_UNKNOWN && declared != ZSTD_CONTENTSIZE_ERROR;
      return {FaultReason::kTooLarge, capacity, is_known && declared > capacity ? declared : capacity + 1};
    }
    case ZSTD_error_memory_allocation:
      return {FaultReason::kInternal};
    case ZSTD_error_dictionary_wrong:
    case ZSTD_error_version_unsupported:
    case ZSTD_error_frameParameter_unsupported:
      return {FaultReason::kUnsupported};
    case ZSTD_error_srcSize_wrong:
    case ZSTD_error_prefix_unknown:
      return {FramingFault(encoded, FaultReason::kMalformed)};
    default:
      return {FaultReason::kMalformed};
  }
}

class ZstdCodec final : public Codec {
 public:
  ZstdCodec(int level, bool checksum) : level_(level), checksum_(checksum) {}

  std::optional<size_t> EncodedBytes(size_t) const override { return std::nullopt; }
  size_t EncodedBound(size_t decoded_bytes) const override { return ZSTD_compressBound(decoded_bytes); }

  FaultOr<size_t> Encode(ByteView decoded, MutableBytes encoded, Workspace& workspace) const override {
    ZSTD_CCtx* context = ZstdCompression(workspace);
    if (context == nullptr) return std::unexpected(Fault{FaultReason::kInternal});
    // The context is shared with other codecs of the thread, so its parameters are set anew each time.
    ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters);
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level_);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, checksum_ ? 1 : 0);
    const size_t written =
        ZSTD_compress2(context, encoded.data(), encoded.size(), decoded.data(), decoded.size());
    if (ZSTD_isError(written)) return std::unexpected(Fault{FaultReason::kInternal});
    return written;
  }

  FaultOr<size_t> Decode(ByteView encoded, MutableBytes decoded, Workspace& workspace) const override {
    // zstd takes no bytes at all for zero frames; a chunk is at least one.
    if (encoded.empty()) return std::unexpected(Fault{FaultReason::kTruncated});
    ZSTD_DCtx* context = ZstdDecompression(workspace);
    if (context == nullptr) return std::unexpected(Fault{FaultReason::kInternal});
    const size_t written =
        ZSTD_decompressDCtx(context, decoded.data(), decoded.size(), encoded.data(), encoded.size());
    if (!ZSTD_isError(written)) return written;
    if (ZSTD_getErrorCode(written) == ZSTD_error_checksum_wrong) {
      return std::unexpected(ChecksumFault(context, encoded, decoded));
    }
    return std::unexpected(DecodingFault(written, encoded, decoded.size()));
  }

  bool DecodesRanges() const override { return true; }
  // Block by block, until the range is out. The blocks land one behind the other in `decoded`, which is
  // therefore the window that later ones refer to, and nothing is copied.
  FaultOr<ByteRange> DecodeRange(ByteView encoded, MutableBytes decoded, size_t begin, size_t end,
                                 Workspace& workspace) const override {
    ZSTD_FrameHeader header;
    const bool is_frame = !encoded.empty() &&
                          ZSTD_getFrameHeader(&header, encoded.data(), encoded.size()) == 0 &&
                          header.frameType == ZSTD_frame;
    // A checksum has to be verified over all of the content, and only one frame of the right size is sure to
    // hold all of it; everything else takes the ordinary way, with its faults.
    if (!is_frame || header.checksumFlag != 0 || header.frameContentSize != decoded.size()) {
      return DecodeWhole(encoded, decoded, workspace);
    }
    ZSTD_DCtx* context = ZstdDecompression(workspace);
    if (context == nullptr || ZSTD_isError(ZSTD_decompressBegin(context))) {
      return std::unexpected(Fault{FaultReason::kInternal});
    }
    (void)begin;
    size_t decoded_bytes = 0;
    ByteView rest = encoded;
    while (decoded_bytes < end) {
      const size_t wanted = ZSTD_nextSrcSizeToDecompress(context);
      if (wanted == 0)
        return std::unexpected(Fault{FaultReason::kLengthMismatch, decoded.size(), decoded_bytes});
      if (wanted > rest.size()) return std::unexpected(Fault{FaultReason::kTruncated});
      const size_t written = ZSTD_decompressContinue(context, decoded.data() + decoded_bytes,
                                                     decoded.size() - decoded_bytes, rest.data(), wanted);
      if (ZSTD_isError(written)) return std::unexpected(DecodingFault(written, encoded, decoded.size()));
      decoded_bytes += written;
      rest = rest.subspan(wanted);
    }
    return ByteRange{0, decoded_bytes};
  }

 private:
  FaultOr<ByteRange> DecodeWhole(ByteView encoded, MutableBytes decoded, Workspace& workspace) const {
    const FaultOr<size_t> written = Decode(encoded, decoded, workspace);
    if (!written) return std::unexpected(written.error());
    if (*written != decoded.size()) {
      return std::unexpected(Fault{FaultReason::kLengthMismatch, decoded.size(), *written});
    }
    return ByteRange{0, *written};
  }

  int level_;
  bool checksum_;
};

}  // namespace

std::unique_ptr<const Codec> MakeZstdCodec(int level, bool checksum) {
  if (level < kLevelMin || level > kLevelMax) return nullptr;
  return std::make_unique<ZstdCodec>(level, checksum);
}

}  // namespace quarry
