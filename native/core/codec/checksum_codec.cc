#include "core/codec/checksum_codec.h"

#include <utility>

namespace quarry {

namespace {

constexpr size_t kChecksumBytes = sizeof(uint32_t);

class ChecksumCodec final : public Codec {
 public:
  ChecksumCodec(ChecksumOf checksum_of, ChecksumPlace place)
      : checksum_of_(std::move(checksum_of)), place_(place) {}

  std::optional<size_t> EncodedBytes(size_t decoded_bytes) const override {
    return decoded_bytes + kChecksumBytes;
  }
  size_t EncodedBound(size_t decoded_bytes) const override { return decoded_bytes + kChecksumBytes; }

  FaultOr<size_t> Encode(ByteView decoded, MutableBytes encoded, Workspace&) const override {
    const size_t body_start = place_ == ChecksumPlace::kStart ? kChecksumBytes : 0;
    const size_t checksum_start = place_ == ChecksumPlace::kStart ? 0 : decoded.size();
    if (!decoded.empty()) std::memcpy(encoded.data() + body_start, decoded.data(), decoded.size());
    StoreLittleEndian(encoded.data() + checksum_start, checksum_of_(decoded));
    return decoded.size() + kChecksumBytes;
  }

  FaultOr<size_t> Decode(ByteView encoded, MutableBytes decoded, Workspace&) const override {
    const FaultOr<ByteView> body = VerifiedBody(encoded);
    if (!body) return std::unexpected(body.error());
    if (body->size() > decoded.size()) {
      return std::unexpected(Fault{FaultReason::kTooLarge, decoded.size(), body->size()});
    }
    if (!body->empty()) std::memcpy(decoded.data(), body->data(), body->size());
    return body->size();
  }

  bool IsFraming() const override { return true; }

  FaultOr<ByteView> VerifiedBody(ByteView encoded) const override {
    if (encoded.size() < kChecksumBytes) {
      return std::unexpected(Fault{FaultReason::kTruncated, kChecksumBytes, encoded.size()});
    }
    const size_t body_bytes = encoded.size() - kChecksumBytes;
    const bool is_first = place_ == ChecksumPlace::kStart;
    const ByteView body = is_first ? encoded.last(body_bytes) : encoded.first(body_bytes);
    const auto stored = LoadLittleEndian<uint32_t>(encoded.data() + (is_first ? 0 : body_bytes));
    const uint32_t computed = checksum_of_(body);
    if (stored != computed) {
      return std::unexpected(Fault{FaultReason::kChecksumMismatch, stored, computed});
    }
    return body;
  }

 private:
  ChecksumOf checksum_of_;
  ChecksumPlace place_;
};

}  // namespace

std::unique_ptr<const Codec> MakeChecksumCodec(ChecksumOf checksum_of, ChecksumPlace place) {
  return std::make_unique<ChecksumCodec>(std::move(checksum_of), place);
}

}  // namespace quarry
