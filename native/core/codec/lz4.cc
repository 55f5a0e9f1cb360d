#include "core/codec/lz4.h"

#include <lz4.h>

#include <algorithm>

namespace quarry {

namespace {

constexpr size_t kHeaderBytes = sizeof(uint32_t);
constexpr size_t kDecodedBytesMax = LZ4_MAX_INPUT_SIZE;

class Lz4Codec final : public Codec {
 public:
  explicit Lz4Codec(int acceleration) : acceleration_(acceleration) {}

  std::optional<size_t> EncodedBytes(size_t) const override { return std::nullopt; }

  size_t EncodedBound(size_t decoded_bytes) const override {
    // LZ4_compressBound() takes an int; Encode() refuses what does not fit into one.
    return kHeaderBytes + decoded_bytes + decoded_bytes / 255 + 16;
  }

  FaultOr<size_t> Encode(ByteView decoded, MutableBytes encoded, Workspace&) const override {
    if (decoded.size() > kDecodedBytesMax) {
      return std::unexpected(Fault{FaultReason::kTooLarge, kDecodedBytesMax, decoded.size()});
    }
    StoreLittleEndian(encoded.data(), static_cast<uint32_t>(decoded.size()));
    const MutableBytes block = encoded.subspan(kHeaderBytes, EncodedBound(decoded.size()) - kHeaderBytes);
    const int block_bytes =
        LZ4_compress_fast(reinterpret_cast<const char*>(decoded.data()),
                          reinterpret_cast<char*>(block.data()), static_cast<int>(decoded.size()),
                          static_cast<int>(std::min<size_t>(block.size(), INT32_MAX)), acceleration_);
    if (block_bytes <= 0) return std::unexpected(Fault{FaultReason::kInternal});
    return kHeaderBytes + static_cast<size_t>(block_bytes);
  }

  FaultOr<size_t> Decode(ByteView encoded, MutableBytes decoded, Workspace&) const override {
    if (encoded.size() <= kHeaderBytes) {
      return std::unexpected(Fault{FaultReason::kTruncated, kHeaderBytes + 1, encoded.size()});
    }
    const size_t decoded_bytes = LoadLittleEndian<uint32_t>(encoded.data());
    if (decoded_bytes > decoded.size()) {
      return std::unexpected(Fault{FaultReason::kTooLarge, decoded.size(), decoded_bytes});
    }
    const ByteView block = encoded.subspan(kHeaderBytes);
    if (decoded_bytes > kDecodedBytesMax || block.size() > INT32_MAX) {
      return std::unexpected(Fault{FaultReason::kMalformed});
    }
    // LZ4 computes with the pointer even where there is no room behind it, and an empty span's may be null.
    char no_room = 0;
    char* target = decoded.empty() ? &no_room : reinterpret_cast<char*>(decoded.data());
    const int written = LZ4_decompress_safe(reinterpret_cast<const char*>(block.data()), target,
                                            static_cast<int>(block.size()), static_cast<int>(decoded_bytes));
    if (written < 0) return std::unexpected(Fault{FaultReason::kMalformed});
    if (static_cast<size_t>(written) != decoded_bytes) {
      return std::unexpected(
          Fault{FaultReason::kLengthMismatch, decoded_bytes, static_cast<size_t>(written)});
    }
    return decoded_bytes;
  }

 private:
  int acceleration_;
};

}  // namespace

std::unique_ptr<const Codec> MakeLz4Codec(int acceleration) {
  return std::make_unique<Lz4Codec>(acceleration);
}

}  // namespace quarry
