#include "core/codec/deflate_stream.h"

#include <algorithm>

namespace quarry {

namespace {

std::unexpected<Fault> Internal() { return std::unexpected(Fault{FaultReason::kInternal}); }

// Hands zlib its input and output in pieces.
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

}  // namespace

size_t DeflatedBound(size_t decoded_bytes) {
  // As deflateBound() has it.
  return decoded_bytes + (decoded_bytes >> 12) + (decoded_bytes >> 14) + (decoded_bytes >> 25) + 13;
}

FaultOr<size_t> Deflate(z_stream& stream, ByteView decoded, MutableBytes encoded) {
  PiecewiseStream pieces(stream, decoded, encoded);
  for (;;) {
    pieces.Refill();
    const int code = deflate(&stream, pieces.HasAllInput() ? Z_FINISH : Z_NO_FLUSH);
    if (code == Z_STREAM_END) return pieces.written_bytes();
    if (code != Z_OK) return Internal();
  }
}

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

}  // namespace quarry
