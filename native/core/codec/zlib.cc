#include "core/codec/zlib.h"

#include <bit>

#include "core/codec/checksums.h"
#include "core/codec/deflate_stream.h"

namespace quarry {

namespace {

constexpr size_t kHeaderBytes = 2;
constexpr size_t kTrailerBytes = 4;
constexpr unsigned kMethodDeflate = 8;
constexpr unsigned kWindowLogMax = 7;  // 32 KiB, written as its logarithm less 8
constexpr unsigned kFlagDictionary = 0x20;

std::unexpected<Fault> Internal() { return std::unexpected(Fault{FaultReason::kInternal}); }

void WriteHeader(std::byte* at, int level) {
  const unsigned effort = level < 2 ? 0 : level < 6 ? 1 : level == 6 ? 2 : 3;
  const unsigned method = kWindowLogMax << 4 | kMethodDeflate;
  const unsigned header = method << 8 | effort << 6;
  // The header, read as a big-endian number, is a multiple of 31.
  const unsigned flags = (effort << 6) + (31 - header % 31);
  at[0] = static_cast<std::byte>(method);
  at[1] = static_cast<std::byte>(flags);
}

FaultOr<ByteView> BehindHeader(ByteView encoded) {
  if (encoded.size() < kHeaderBytes) {
    return std::unexpected(Fault{FaultReason::kTruncated, kHeaderBytes, encoded.size()});
  }
  const auto method = std::to_integer<unsigned>(encoded[0]);
  const auto flags = std::to_integer<unsigned>(encoded[1]);
  if ((method & 15) != kMethodDeflate || method >> 4 > kWindowLogMax || (method << 8 | flags) % 31 != 0) {
    return std::unexpected(Fault{FaultReason::kMalformed});
  }
  if ((flags & kFlagDictionary) != 0) return std::unexpected(Fault{FaultReason::kUnsupported});
  return encoded.subspan(kHeaderBytes);
}

class ZlibCodec final : public Codec {
 public:
  explicit ZlibCodec(int level) : level_(level) {}

  std::optional<size_t> EncodedBytes(size_t) const override { return std::nullopt; }
  size_t EncodedBound(size_t decoded_bytes) const override {
    return kHeaderBytes + DeflatedBound(decoded_bytes) + kTrailerBytes;
  }

  FaultOr<size_t> Encode(ByteView decoded, MutableBytes encoded, Workspace& workspace) const override {
    z_stream* stream = ReadyDeflate(workspace, DeflateWrapper::kRaw, level_);
    if (stream == nullptr) return Internal();
    WriteHeader(encoded.data(), level_);
    const MutableBytes body = encoded.subspan(kHeaderBytes, encoded.size() - kHeaderBytes - kTrailerBytes);
    const FaultOr<size_t> deflated_bytes = Deflate(*stream, decoded, body);
    if (!deflated_bytes) return deflated_bytes;
    StoreLittleEndian(body.data() + *deflated_bytes, std::byteswap(Adler32(decoded)));
    return kHeaderBytes + *deflated_bytes + kTrailerBytes;
  }

  FaultOr<size_t> Decode(ByteView encoded, MutableBytes decoded, Workspace& workspace) const override {
    const FaultOr<ByteView> body = BehindHeader(encoded);
    if (!body) return std::unexpected(body.error());
    z_stream* stream = ReadyInflate(workspace, DeflateWrapper::kRaw);
    if (stream == nullptr) return Internal();
    const FaultOr<Inflated> inflated = Inflate(*stream, *body, decoded);
    if (!inflated) return std::unexpected(inflated.error());
    const ByteView trailer = body->subspan(inflated->read_bytes);
    if (trailer.size() != kTrailerBytes) {
      const auto reason =
          trailer.size() < kTrailerBytes ? FaultReason::kTruncated : FaultReason::kTrailingBytes;
      return std::unexpected(Fault{reason, encoded.size() - trailer.size() + kTrailerBytes, encoded.size()});
    }
    const uint32_t stored = std::byteswap(LoadLittleEndian<uint32_t>(trailer.data()));
    const uint32_t computed = Adler32(decoded.first(inflated->written_bytes));
    if (stored != computed) return std::unexpected(Fault{FaultReason::kChecksumMismatch, stored, computed});
    return inflated->written_bytes;
  }

 private:
  int level_;
};

}  // namespace

std::unique_ptr<const Codec> MakeZlibCodec(int level) {
  if (level < 0 || level > 9) return nullptr;
  return std::make_unique<ZlibCodec>(level);
}

}  // namespace quarry
