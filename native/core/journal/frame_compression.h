// Compression of the journal's frames: one continuous zstd stream (RFC 8878), cut after each frame.
//
// Every frame carries the bytes that it adds to the stream, up to a flush, so that what was compressed so far
// can be decompressed from what was written so far, and a frame profits from the rows of those before it. In
// zstd's words the stream is one frame, without content size or checksum, that never ends; each of ours is a
// whole number of its blocks, the first with the header before them, and one of no bytes is no bytes.
//
// Both ends keep a window of 2^window_log bytes, and nothing that grows with the stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/bytes.h"
#include "core/error.h"
#include "core/journal/row_filter.h"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace quarry {

inline constexpr int kFrameLevelMin = -5;
inline constexpr int kFrameLevelMax = 19;
inline constexpr int kFrameWindowLogMin = 10;
inline constexpr int kFrameWindowLogMax = 23;

// A frame of rows, and how many bytes it holds decompressed.
struct RowsFrame {
  std::vector<std::byte> bytes;
  size_t raw_bytes = 0;
};

class FrameCompressor {
 public:
  // Null where there is no memory; level and window log are within the bounds above.
  static std::unique_ptr<FrameCompressor> Make(int level, int window_log);

  // The bytes that `pieces`, one after another, add to the stream. After a fault (kInternal: no memory) it is
  // not known what the stream holds, and every later call is the same fault.
  FaultOr<std::vector<std::byte>> Compress(std::span<const ByteView> pieces);

  // The bytes that `header` adds, and behind it the rows of each array of `table`, as the stream's filter
  // makes them. Faults as of Compress().
  FaultOr<RowsFrame> CompressRows(uint32_t table, ByteView header, std::span<const ArrayRows> arrays);

  size_t memory_bytes() const;

 private:
  struct Free {
    void operator()(ZSTD_CCtx_s* context) const;
  };
  explicit FrameCompressor(ZSTD_CCtx_s* context) : context_(context) {}

  // The bytes that the stream grows by while `feed_all` feeds it, up to a flush.
  template <typename FeedAll>
  FaultOr<std::vector<std::byte>> MakeFrame(size_t expected_bytes, FeedAll feed_all);

  std::unique_ptr<ZSTD_CCtx_s, Free> context_;
  RowFilter filter_;
  std::vector<std::byte> filtered_;  // used again
  bool is_broken_ = false;
};

class FrameDecompressor {
 public:
  // Null where there is no memory. A stream with a larger window than 2^window_log_max is refused as damaged.
  static std::unique_ptr<FrameDecompressor> Make(int window_log_max);

  // Whether a frame of so few bytes can hold so many; to be asked before these are allocated. If not, it is
  // damaged.
  bool Admits(size_t frame_bytes, size_t raw_bytes);

  // Fills `raw` with what the next frame holds. False where it is damaged, or holds any other number of
  // bytes; then `raw` is of no use, and every later call false, since each frame is needed for those after
  // it.
  bool Decompress(ByteView frame, MutableBytes raw);

  // At most: the window is allocated with the first frame.
  size_t memory_bytes() const { return memory_bytes_; }

 private:
  struct Free {
    void operator()(ZSTD_DCtx_s* context) const;
  };
  FrameDecompressor(ZSTD_DCtx_s* context, size_t memory_bytes)
      : context_(context), memory_bytes_(memory_bytes) {}
  bool FillsExactly(ByteView frame, MutableBytes raw);

  std::unique_ptr<ZSTD_DCtx_s, Free> context_;
  size_t memory_bytes_;
  bool is_broken_ = false;
};

}  // namespace quarry
