#include "core/journal/frame_compression.h"

#define ZSTD_STATIC_LINKING_ONLY  // for ZSTD_c_srcSizeHint and the size of a decompressor
#include <zstd.h>

#include <algorithm>
#include <utility>

namespace quarry {

namespace {

// A block is at most this long when it is decoded, and at least a header and one byte when it is not.
constexpr size_t kBlockRawBytesMax = ZSTD_BLOCKSIZE_MAX;
constexpr size_t kBlockHeaderBytes = 3;
constexpr size_t kBlockBytesMin = kBlockHeaderBytes + 1;

// Room for the output of a call. Compressed rows seldom need more; where they do, it doubles.
constexpr size_t kFirstRoomBytes = size_t{64} << 10;

// Rows that are filtered at a time: what they become is read again while it is in the cache.
constexpr size_t kFilteredBytes = size_t{32} << 10;

size_t TotalBytes(std::span<const ByteView> pieces) {
  size_t total = 0;
  for (const ByteView piece : pieces) total += piece.size();
  return total;
}

// Feeds `piece`, and flushes if asked to; `written` bytes of `frame` are in use. False where zstd fails.
bool Feed(ZSTD_CCtx* context, ByteView piece, ZSTD_EndDirective directive, std::vector<std::byte>& frame,
          size_t& written) {
  ZSTD_inBuffer input{piece.data(), piece.size(), 0};
  for (;;) {
    ZSTD_outBuffer output{frame.data(), frame.size(), written};
    const size_t unflushed_bytes = ZSTD_compressStream2(context, &output, &input, directive);
    if (ZSTD_isError(unflushed_bytes)) return false;
    written = output.pos;
    const bool is_done = directive == ZSTD_e_continue ? input.pos == input.size : unflushed_bytes == 0;
    if (is_done) return true;
    if (written == frame.size()) frame.resize(frame.size() * 2);
  }
}

}  // namespace

void FrameCompressor::Free::operator()(ZSTD_CCtx_s* context) const { ZSTD_freeCCtx(context); }
void FrameDecompressor::Free::operator()(ZSTD_DCtx_s* context) const { ZSTD_freeDCtx(context); }

std::unique_ptr<FrameCompressor> FrameCompressor::Make(int level, int window_log) {
  std::unique_ptr<FrameCompressor> made(new FrameCompressor(ZSTD_createCCtx()));
  ZSTD_CCtx* const context = made->context_.get();
  if (context == nullptr) return nullptr;
  // The hint makes zstd's tables as small as the window. By itself it would lay them out for its level's own
  // window, several times as large, whatever window it is given.
  const struct {
    ZSTD_cParameter parameter;
    int value;
  } parameters[] = {
      {ZSTD_c_compressionLevel, level}, {ZSTD_c_windowLog, window_log}, {ZSTD_c_srcSizeHint, 1 << window_log},
      {ZSTD_c_contentSizeFlag, 0},      {ZSTD_c_checksumFlag, 0},
  };
  for (const auto& [parameter, value] : parameters) {
    if (ZSTD_isError(ZSTD_CCtx_setParameter(context, parameter, value))) return nullptr;
  }
  // Begins the stream, which allocates all that it will ever need and writes nothing yet.
  std::vector<std::byte> nothing(1);
  size_t written = 0;
  if (!Feed(context, {}, ZSTD_e_continue, nothing, written)) return nullptr;
  return made;
}

template <typename FeedAll>
FaultOr<std::vector<std::byte>> FrameCompressor::MakeFrame(size_t expected_bytes, FeedAll feed_all) {
  if (is_broken_) return std::unexpected(Fault{FaultReason::kInternal});
  // Until all is in, so that an exception on the way counts as a fault.
  is_broken_ = true;
  std::vector<std::byte> frame(
      std::min(ZSTD_compressBound(expected_bytes) + ZSTD_FRAMEHEADERSIZE_MAX, kFirstRoomBytes));
  size_t written = 0;
  const auto feed = [&](ByteView piece) {
    return Feed(context_.get(), piece, ZSTD_e_continue, frame, written);
  };
  if (!feed_all(feed) || !Feed(context_.get(), {}, ZSTD_e_flush, frame, written)) {
    return std::unexpected(Fault{FaultReason::kInternal});
  }
  frame.resize(written);
  is_broken_ = false;
  return frame;
}

FaultOr<std::vector<std::byte>> FrameCompressor::Compress(std::span<const ByteView> pieces) {
  return MakeFrame(TotalBytes(pieces), [&](auto feed) { return std::ranges::all_of(pieces, feed); });
}

FaultOr<RowsFrame> FrameCompressor::CompressRows(uint32_t table, ByteView header,
                                                 std::span<const ArrayRows> arrays) {
  size_t expected_bytes = header.size();
  for (const ArrayRows& rows : arrays) expected_bytes += rows.bytes.size();
  size_t raw_bytes = header.size();
  auto frame = MakeFrame(expected_bytes, [&](auto feed) {
    if (!feed(header)) return false;
    for (uint32_t position = 0; position < arrays.size(); ++position) {
      const auto [bytes, row_bytes] = arrays[position];
      const size_t step_bytes =
          row_bytes * std::max<size_t>(1, kFilteredBytes / std::max<size_t>(1, row_bytes));
      for (size_t start = 0; start < bytes.size(); start += step_bytes) {
        filtered_.clear();
        const ByteView step = bytes.subspan(start, std::min(step_bytes, bytes.size() - start));
        filter_.Encode(table, position, {step, row_bytes}, filtered_);
        raw_bytes += filtered_.size();
        if (!feed(filtered_)) return false;
      }
    }
    return true;
  });
  if (!frame) return std::unexpected(frame.error());
  return RowsFrame{std::move(*frame), raw_bytes};
}

size_t FrameCompressor::memory_bytes() const { return ZSTD_sizeof_CCtx(context_.get()); }

std::unique_ptr<FrameDecompressor> FrameDecompressor::Make(int window_log_max) {
  std::unique_ptr<FrameDecompressor> made(
      new FrameDecompressor(ZSTD_createDCtx(), ZSTD_estimateDStreamSize(size_t{1} << window_log_max)));
  ZSTD_DCtx* const context = made->context_.get();
  if (context == nullptr) return nullptr;
  if (ZSTD_isError(ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, window_log_max))) return nullptr;
  return made;
}

bool FrameDecompressor::Admits(size_t frame_bytes, size_t raw_bytes) {
  // By division, which cannot overflow: no more blocks than find room, none of them empty.
  const size_t blocks_min = raw_bytes / kBlockRawBytesMax + (raw_bytes % kBlockRawBytesMax != 0);
  if (blocks_min > frame_bytes / kBlockBytesMin || (raw_bytes == 0) != (frame_bytes == 0)) is_broken_ = true;
  return !is_broken_;
}

bool FrameDecompressor::Decompress(ByteView frame, MutableBytes raw) {
  if (!Admits(frame.size(), raw.size())) return false;
  if (!FillsExactly(frame, raw)) is_broken_ = true;
  return !is_broken_;
}

bool FrameDecompressor::FillsExactly(ByteView frame, MutableBytes raw) {
  if (frame.empty()) return true;
  ZSTD_inBuffer input{frame.data(), frame.size(), 0};
  ZSTD_outBuffer output{raw.data(), raw.size(), 0};
  do {
    const size_t before = input.pos + output.pos;
    const size_t wanted_bytes = ZSTD_decompressStream(context_.get(), &output, &input);
    // Zero: zstd's frame ends here, which no compressor of ours lets it do.
    if (ZSTD_isError(wanted_bytes) || wanted_bytes == 0) return false;
    // All of `raw` is filled and there is more, or there is no more and it is not.
    if (input.pos + output.pos == before) return false;
  } while (input.pos < input.size || output.pos < output.size);
  // What zstd has decoded and found no room for would come out now; and having read nothing of a next block,
  // it wants the header of one.
  std::byte surplus;
  ZSTD_outBuffer surplus_output{&surplus, 1, 0};
  const size_t wanted_bytes = ZSTD_decompressStream(context_.get(), &surplus_output, &input);
  return surplus_output.pos == 0 && wanted_bytes == kBlockHeaderBytes;
}

}  // namespace quarry
