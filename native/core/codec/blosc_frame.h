// The Blosc-1 container (format version 2): a header, a table of block starts, and blocks that can be decoded
// each by itself. All integers are little-endian.
//
//   offset  bytes
//        0      1  format version, 2
//        1      1  version of the inner format, 1
//        2      1  flags: 0x01 byte shuffle, 0x02 plain copy, 0x04 bit shuffle, 0x08 reserved,
//                  0x10 blocks are not split, 0xE0 inner format (BloscFormat)
//        3      1  item bytes, 1 … 255
//        4      4  decoded bytes
//        8      4  decoded bytes of a block; the last one has what remains
//       12      4  bytes of the frame, this header included
//       16     4n  start of each of n blocks, counted from the frame's first byte; in any order
//
// A block is one stream, or one for each byte of an item (split; never the shorter last block, nor blocks of
// fewer than 128 items, nor items of more than 16 bytes). A stream is preceded by its length in 4 bytes; a
// length that equals its decoded bytes marks a stream stored as it is. A plain copy has no table: the data
// follow the header.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/bytes.h"
#include "core/error.h"

namespace quarry {

enum class BloscFormat : uint8_t { kBlosclz = 0, kLz4 = 1, kSnappy = 2, kZlib = 3, kZstd = 4 };

enum class BloscFilter : uint8_t { kNone = 0, kShuffle = 1, kBitshuffle = 2 };

struct BloscHeader {
  static constexpr size_t kBytes = 16;
  static constexpr size_t kTableEntryBytes = 4;
  static constexpr size_t kDecodedBytesMax = INT32_MAX - kBytes;

  BloscFormat format;
  BloscFilter filter;
  bool is_copy;
  bool is_split;
  size_t item_bytes;
  size_t decoded_bytes;
  size_t block_bytes;

  size_t BlockCount() const { return (decoded_bytes + block_bytes - 1) / block_bytes; }
  // Decoded bytes of one block.
  size_t BlockBytes(size_t block) const;
  // Streams of one block.
  size_t StreamCount(size_t block) const;
  // Where the first block starts: behind the header and, in anything but a copy, the table.
  size_t BodyStart() const { return kBytes + (is_copy ? 0 : BlockCount() * kTableEntryBytes); }

  void Write(std::byte* at, size_t frame_bytes) const;
};

// Whether blocks may be split at all: the format says no more than "not split".
bool BloscMaySplit(size_t item_bytes, size_t block_bytes);

// A frame whose header and table have been checked against its length. Borrows the encoded bytes.
class BloscFrame {
 public:
  // `decoded_max` bounds what the header may claim.
  static FaultOr<BloscFrame> Parse(ByteView encoded, size_t decoded_max);

  const BloscHeader& header() const { return header_; }
  // The bytes behind the header of a plain copy.
  ByteView Copy() const { return encoded_.subspan(BloscHeader::kBytes); }
  // Where a block starts.
  FaultOr<size_t> BlockStart(size_t block) const;
  // The stream whose length word is at `offset`; moves `offset` behind it.
  FaultOr<ByteView> TakeStream(size_t& offset) const;

 private:
  BloscFrame(ByteView encoded, const BloscHeader& header) : encoded_(encoded), header_(header) {}

  ByteView encoded_;
  BloscHeader header_;
};

}  // namespace quarry
