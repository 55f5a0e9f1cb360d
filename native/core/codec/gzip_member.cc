#include "core/codec/gzip_member.h"

#define ZLIB_CONST
#include <zlib.h>

#include <algorithm>

namespace quarry {

namespace {

constexpr std::byte kMagic[] = {std::byte{0x1F}, std::byte{0x8B}};
constexpr std::byte kDeflate{8};
constexpr std::byte kUnknownSystem{255};

constexpr uint8_t kFlagHeaderCrc = 0x02;
constexpr uint8_t kFlagExtra = 0x04;
constexpr uint8_t kFlagName = 0x08;
constexpr uint8_t kFlagComment = 0x10;
constexpr uint8_t kFlagsReserved = 0xE0;

std::unexpected<Fault> Truncated() { return std::unexpected(Fault{FaultReason::kTruncated}); }
std::unexpected<Fault> Malformed() { return std::unexpected(Fault{FaultReason::kMalformed}); }

uint32_t Crc32(ByteView bytes) {
  // A null pointer asks zlib for the initial value, which is also the checksum of nothing.
  return static_cast<uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace

void WriteGzipHeader(std::byte* at, int level) {
  std::fill_n(at, kGzipHeaderBytes, std::byte{0});
  at[0] = kMagic[0];
  at[1] = kMagic[1];
  at[2] = kDeflate;
  at[8] = level == 9 ? std::byte{2} : level <= 1 ? std::byte{4} : std::byte{0};
  at[9] = kUnknownSystem;
}

void WriteGzipTrailer(std::byte* at, ByteView content) {
  StoreLittleEndian(at, Crc32(content));
  StoreLittleEndian(at + 4, static_cast<uint32_t>(content.size()));
}

FaultOr<size_t> ReadGzipHeader(ByteView encoded) {
  if (!std::equal(encoded.begin(), encoded.begin() + std::min<std::ptrdiff_t>(2, std::ssize(encoded)),
                  kMagic)) {
    return Malformed();
  }
  if (encoded.size() < kGzipHeaderBytes) return Truncated();
  if (encoded[2] != kDeflate) return Malformed();
  const auto flags = std::to_integer<uint8_t>(encoded[3]);
  if ((flags & kFlagsReserved) != 0) return Malformed();

  size_t offset = kGzipHeaderBytes;
  if ((flags & kFlagExtra) != 0) {
    if (encoded.size() - offset < sizeof(uint16_t)) return Truncated();
    const size_t extra_bytes = LoadLittleEndian<uint16_t>(encoded.data() + offset);
    offset += sizeof(uint16_t);
    if (encoded.size() - offset < extra_bytes) return Truncated();
    offset += extra_bytes;
  }
  for (const uint8_t text : {kFlagName, kFlagComment}) {
    if ((flags & text) == 0) continue;
    const ByteView rest = encoded.subspan(offset);
    const auto terminator = std::ranges::find(rest, std::byte{0});
    if (terminator == rest.end()) return Truncated();
    offset += static_cast<size_t>(terminator - rest.begin()) + 1;
  }
  if ((flags & kFlagHeaderCrc) != 0) {
    if (encoded.size() - offset < sizeof(uint16_t)) return Truncated();
    const auto stored = LoadLittleEndian<uint16_t>(encoded.data() + offset);
    const auto computed = static_cast<uint16_t>(Crc32(encoded.first(offset)));
    if (stored != computed) return std::unexpected(Fault{FaultReason::kChecksumMismatch, stored, computed});
    offset += sizeof(uint16_t);
  }
  return offset;
}

FaultOr<size_t> VerifyGzipTrailer(const std::byte* at, ByteView content) {
  const auto stored_crc = LoadLittleEndian<uint32_t>(at);
  const uint32_t computed_crc = Crc32(content);
  if (stored_crc != computed_crc) {
    return std::unexpected(Fault{FaultReason::kChecksumMismatch, stored_crc, computed_crc});
  }
  const auto stored_bytes = LoadLittleEndian<uint32_t>(at + 4);
  if (stored_bytes != static_cast<uint32_t>(content.size())) {
    return std::unexpected(Fault{FaultReason::kLengthMismatch, stored_bytes, content.size()});
  }
  return content.size();
}

}  // namespace quarry
