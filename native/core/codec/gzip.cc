#include "core/codec/gzip.h"

#include "core/codec/deflate_stream.h"
#include "core/codec/gzip_member.h"

namespace quarry {

namespace {

constexpr int kLevelMin = 0;
constexpr int kLevelMax = 9;

std::unexpected<Fault> Internal() { return std::unexpected(Fault{FaultReason::kInternal}); }

class GzipCodec final : public Codec {
 public:
  explicit GzipCodec(int level) : level_(level) {}

  std::optional<size_t> EncodedBytes(size_t) const override { return std::nullopt; }

  size_t EncodedBound(size_t decoded_bytes) const override {
    return kGzipHeaderBytes + DeflatedBound(decoded_bytes) + kGzipTrailerBytes;
  }

  FaultOr<size_t> Encode(ByteView decoded, MutableBytes encoded, Workspace& workspace) const override {
    z_stream* stream = ReadyDeflate(workspace, DeflateWrapper::kRaw, level_);
    if (stream == nullptr) return Internal();
    WriteGzipHeader(encoded.data(), level_);
    const FaultOr<size_t> deflated_bytes =
        Deflate(*stream, decoded,
                encoded.subspan(kGzipHeaderBytes, encoded.size() - kGzipHeaderBytes - kGzipTrailerBytes));
    if (!deflated_bytes) return deflated_bytes;
    WriteGzipTrailer(encoded.data() + kGzipHeaderBytes + *deflated_bytes, decoded);
    return kGzipHeaderBytes + *deflated_bytes + kGzipTrailerBytes;
  }

  FaultOr<size_t> Decode(ByteView encoded, MutableBytes decoded, Workspace& workspace) const override {
    size_t decoded_bytes = 0;
    ByteView rest = encoded;
    do {
      const FaultOr<size_t> header_bytes = ReadGzipHeader(rest);
      if (!header_bytes) {
        const bool is_member = header_bytes.error().reason != FaultReason::kMalformed;
        if (rest.size() == encoded.size() || is_member) return header_bytes;
        return std::unexpected(Fault{FaultReason::kTrailingBytes});
      }
      rest = rest.subspan(*header_bytes);
      z_stream* stream = ReadyInflate(workspace, DeflateWrapper::kRaw);
      if (stream == nullptr) return Internal();
      const FaultOr<Inflated> inflated = Inflate(*stream, rest, decoded.subspan(decoded_bytes));
      if (!inflated) return std::unexpected(inflated.error());
      rest = rest.subspan(inflated->read_bytes);
      if (rest.size() < kGzipTrailerBytes) return std::unexpected(Fault{FaultReason::kTruncated});
      const FaultOr<size_t> verified =
          VerifyGzipTrailer(rest.data(), decoded.subspan(decoded_bytes, inflated->written_bytes));
      if (!verified) return verified;
      rest = rest.subspan(kGzipTrailerBytes);
      decoded_bytes += inflated->written_bytes;
    } while (!rest.empty());
    return decoded_bytes;
  }

 private:
  int level_;
};

}  // namespace

std::unique_ptr<const Codec> MakeGzipCodec(int level) {
  if (level < kLevelMin || level > kLevelMax) return nullptr;
  return std::make_unique<GzipCodec>(level);
}

}  // namespace quarry
