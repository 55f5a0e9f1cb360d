#include "core/codec/blosc_frame.h"

#include <algorithm>

namespace quarry {

namespace {

constexpr uint8_t kFormatVersion = 2;
constexpr uint8_t kStreamVersion = 1;

constexpr uint8_t kFlagShuffle = 0x01;
constexpr uint8_t kFlagCopy = 0x02;
constexpr uint8_t kFlagBitshuffle = 0x04;
constexpr uint8_t kFlagReserved = 0x08;
constexpr uint8_t kFlagNotSplit = 0x10;
constexpr int kFormatShift = 5;

constexpr size_t kSplitItemBytesMax = 16;
constexpr size_t kSplitItemsMin = 128;

// Blosc 2 marks its own, longer header by setting both.
constexpr uint8_t kFlagsBothShuffles = kFlagShuffle | kFlagBitshuffle;

std::unexpected<Fault> Malformed() { return std::unexpected(Fault{FaultReason::kMalformed}); }
std::unexpected<Fault> Unsupported() { return std::unexpected(Fault{FaultReason::kUnsupported}); }

}  // namespace

bool BloscMaySplit(size_t item_bytes, size_t block_bytes) {
  return item_bytes <= kSplitItemBytesMax && block_bytes / item_bytes >= kSplitItemsMin;
}

size_t BloscHeader::BlockBytes(size_t block) const {
  return std::min(block_bytes, decoded_bytes - block * block_bytes);
}

size_t BloscHeader::StreamCount(size_t block) const {
  return is_split && BlockBytes(block) == block_bytes ? item_bytes : 1;
}

void BloscHeader::Write(std::byte* at, size_t frame_bytes) const {
  auto flags = static_cast<unsigned>(format) << kFormatShift;
  if (filter == BloscFilter::kShuffle) flags |= kFlagShuffle;
  if (filter == BloscFilter::kBitshuffle) flags |= kFlagBitshuffle;
  if (is_copy) flags |= kFlagCopy;
  if (!is_split) flags |= kFlagNotSplit;
  at[0] = std::byte{kFormatVersion};
  at[1] = std::byte{kStreamVersion};
  at[2] = static_cast<std::byte>(flags);
  at[3] = static_cast<std::byte>(item_bytes);
  StoreLittleEndian(at + 4, static_cast<uint32_t>(decoded_bytes));
  StoreLittleEndian(at + 8, static_cast<uint32_t>(block_bytes));
  StoreLittleEndian(at + 12, static_cast<uint32_t>(frame_bytes));
}

FaultOr<BloscFrame> BloscFrame::Parse(ByteView encoded, size_t decoded_max) {
  if (encoded.size() < BloscHeader::kBytes) {
    return std::unexpected(Fault{FaultReason::kTruncated, BloscHeader::kBytes, encoded.size()});
  }
  const auto version = std::to_integer<uint8_t>(encoded[0]);
  const auto stream_version = std::to_integer<uint8_t>(encoded[1]);
  const auto flags = std::to_integer<uint8_t>(encoded[2]);
  // 3 to 5 are Blosc 2's.
  if (version != kFormatVersion) return version >= 3 && version <= 5 ? Unsupported() : Malformed();
  if ((flags & kFlagReserved) != 0 || (flags & kFlagsBothShuffles) == kFlagsBothShuffles)
    return Unsupported();

  BloscHeader header{
      .format = static_cast<BloscFormat>(flags >> kFormatShift),
      .filter = (flags & kFlagShuffle) != 0      ? BloscFilter::kShuffle
                : (flags & kFlagBitshuffle) != 0 ? BloscFilter::kBitshuffle
                                                 : BloscFilter::kNone,
      .is_copy = (flags & kFlagCopy) != 0,
      .is_split = false,
      .item_bytes = std::to_integer<size_t>(encoded[3]),
      .decoded_bytes = LoadLittleEndian<uint32_t>(encoded.data() + 4),
      .block_bytes = LoadLittleEndian<uint32_t>(encoded.data() + 8),
  };
  const size_t frame_bytes = LoadLittleEndian<uint32_t>(encoded.data() + 12);

  if (frame_bytes < BloscHeader::kBytes) return Malformed();
  if (frame_bytes > encoded.size()) {
    return std::unexpected(Fault{FaultReason::kTruncated, frame_bytes, encoded.size()});
  }
  if (frame_bytes < encoded.size()) {
    return std::unexpected(Fault{FaultReason::kTrailingBytes, frame_bytes, encoded.size()});
  }
  if (header.decoded_bytes > decoded_max) {
    return std::unexpected(Fault{FaultReason::kTooLarge, decoded_max, header.decoded_bytes});
  }
  if (header.item_bytes == 0 || header.block_bytes == 0) return Malformed();

  if (header.is_copy) {
    if (frame_bytes != BloscHeader::kBytes + header.decoded_bytes) return Malformed();
    return BloscFrame(encoded, header);
  }
  if (header.format > BloscFormat::kZstd) return Malformed();
  if (stream_version != kStreamVersion) return Unsupported();
  if (header.BlockCount() > (frame_bytes - BloscHeader::kBytes) / BloscHeader::kTableEntryBytes) {
    return Malformed();
  }
  header.is_split = (flags & kFlagNotSplit) == 0 && BloscMaySplit(header.item_bytes, header.block_bytes);
  if (header.is_split && header.block_bytes % header.item_bytes != 0) return Malformed();
  return BloscFrame(encoded, header);
}

FaultOr<size_t> BloscFrame::BlockStart(size_t block) const {
  const size_t start = LoadLittleEndian<uint32_t>(encoded_.data() + BloscHeader::kBytes +
                                                  block * BloscHeader::kTableEntryBytes);
  if (start < header_.BodyStart() || start > encoded_.size()) return Malformed();
  return start;
}

FaultOr<ByteView> BloscFrame::TakeStream(size_t& offset) const {
  if (encoded_.size() - offset < sizeof(uint32_t)) return Malformed();
  const size_t stream_bytes = LoadLittleEndian<uint32_t>(encoded_.data() + offset);
  offset += sizeof(uint32_t);
  if (stream_bytes > encoded_.size() - offset) return Malformed();
  const ByteView stream = encoded_.subspan(offset, stream_bytes);
  offset += stream_bytes;
  return stream;
}

}  // namespace quarry
