#include "core/codec/gzip.h"

#include <algorithm>

#include "core/codec/deflate_contexts.h"
#include "core/codec/gzip_member.h"

namespace quarry {

namespace {

constexpr int kLevelMin = 0;
constexpr int kLevelMax = 9;

std::unexpected<Fault> Internal() { return std::unexpected(Fault{FaultReason::kInternal}); }

// zlib counts what it is handed in 32 bits, so large chunks go through it in pieces.
class PiecewiseStream {
 public:
  PiecewiseStream(z_stream& stream, ByteView input, MutableBytes output)
      : stream_(stream), input_(input), output_(output) {
    stream_.next_in = reinterpret_cast<const Bytef*>(input.data());
    stream_.avail_in = 0;
    // zlib wants a pointer even where there is no room behind it.
    stream_.next_out = output.empty() ? &no_room_ : reinterpret_cast<Bytef*>(output.data());
    stream_.avail_out = 0;
  }

  void Refill() {
    stream_.avail_in += Take(input_bytes_, input_.size(), stream_.avail_in);
    stream_.avail_out += Take(output_bytes_, output_.size(), stream_.avail_out);
  }
  bool HasAllInput() const { return input_bytes_ == input_.size(); }
  bool IsInputUsedUp() const { return HasAllInput() && stream_.avail_in == 0; }
  bool IsOutputFull() const { return output_bytes_ == output_.size() && stream_.avail_out == 0; }
  size_t read_bytes() const { return input_bytes_ - stream_.avail_in; }
  size_t written_bytes() const { return output_bytes_ - stream_.avail_out; }

 private:
  static unsigned Take(size_t& given_bytes, size_t total_bytes, unsigned available) {
    const size_t bytes = std::min<size_t>(total_bytes - given_bytes, UINT32_MAX - available);
    given_bytes += bytes;
    return static_cast<unsigned>(bytes);
  }

  z_stream& stream_;
  ByteView input_;
  MutableBytes output_;
  size_t input_bytes_ = 0;
  size_t output_bytes_ = 0;
  Bytef no_room_ = 0;
};

// Returns the bytes written.
FaultOr<size_t> Deflate(z_stream& stream, ByteView decoded, MutableBytes encoded) {
  PiecewiseStream pieces(stream, decoded, encoded);
  for (;;) {
    pieces.Refill();
    const int code = deflate(&stream, pieces.HasAllInput() ? Z_FINISH : Z_NO_FLUSH);
    if (code == Z_STREAM_END) return pieces.written_bytes();
    if (code != Z_OK) return Internal();
  }
}

struct Inflated {
  size_t read_bytes;
  size_t written_bytes;
};

FaultOr<Inflated> Inflate(z_stream& stream, ByteView encoded, MutableBytes decoded) {
  PiecewiseStream pieces(stream, encoded, decoded);
  for (;;) {
    pieces.Refill();
    switch (inflate(&stream, Z_NO_FLUSH)) {
      case Z_STREAM_END:
        return Inflated{pieces.read_bytes(), pieces.written_bytes()};
      case Z_OK:
        continue;
      case Z_BUF_ERROR:  // no progress was possible
        if (pieces.IsInputUsedUp()) return std::unexpected(Fault{FaultReason::kTruncated});
        if (pieces.IsOutputFull()) {
          return std::unexpected(Fault{FaultReason::kTooLarge, decoded.size(), decoded.size() + 1});
        }
        return Internal();
      case Z_MEM_ERROR:
        return Internal();
      default:
        return std::unexpected(Fault{FaultReason::kMalformed});
    }
  }
}

class GzipCodec final : public Codec {
 public:
  explicit GzipCodec(int level) : level_(level) {}

  std::optional<size_t> EncodedBytes(size_t) const override { return std::nullopt; }

  size_t EncodedBound(size_t decoded_bytes) const override {
    // deflateBound() of zlib's default window and memory level, at any level.
    const size_t deflated_bound =
        decoded_bytes + (decoded_bytes >> 12) + (decoded_bytes >> 14) + (decoded_bytes >> 25) + 13;
    return kGzipHeaderBytes + deflated_bound + kGzipTrailerBytes;
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
