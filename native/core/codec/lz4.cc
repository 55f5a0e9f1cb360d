#include "core/codec/lz4.h"

#include <lz4.h>

#include <algorithm>

#include "core/codec/lz4_block.h"

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
    const FaultOr<size_t> declared = DeclaredBytes(encoded, decoded.size());
    if (!declared) return declared;
    const auto written = DecompressLz4(encoded.subspan(kHeaderBytes), decoded.first(*declared));
    if (!written) return std::unexpected(Fault{FaultReason::kMalformed});
    if (*written != *declared) {
      return std::unexpected(Fault{FaultReason::kLengthMismatch, *declared, *written});
    }
    return *declared;
  }

  bool DecodesRanges() const override { return true; }
  FaultOr<ByteRange> DecodeRange(ByteView encoded, MutableBytes decoded, size_t, size_t end,
                                 Workspace&) const override {
    const FaultOr<size_t> declared = DeclaredBytes(encoded, decoded.size());
    if (!declared) return std::unexpected(declared.error());
    if (*declared != decoded.size()) {
      return std::unexpected(Fault{FaultReason::kLengthMismatch, decoded.size(), *declared});
    }
    if (!DecompressLz4Front(encoded.subspan(kHeaderBytes), decoded.first(end))) {
      return std::unexpected(Fault{FaultReason::kMalformed});
    }
    return ByteRange{0, end};
  }

 private:
  // What the header says, no more than `decoded_max`.
  static FaultOr<size_t> DeclaredBytes(ByteView encoded, size_t decoded_max) {
    if (encoded.size() <= kHeaderBytes) {
      return std::unexpected(Fault{FaultReason::kTruncated, kHeaderBytes + 1, encoded.size()});
    }
    const size_t declared = LoadLittleEndian<uint32_t>(encoded.data());
    if (declared > decoded_max) return std::unexpected(Fault{FaultReason::kTooLarge, decoded_max, declared});
    return declared;
  }

  int acceleration_;
};

}  // namespace

std::unique_ptr<const Codec> MakeLz4Codec(int acceleration) {
  return std::make_unique<Lz4Codec>(acceleration);
}

}  // namespace quarry
