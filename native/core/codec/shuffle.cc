#include "core/codec/shuffle.h"

#include <algorithm>

#include "core/codec/shuffle_kernels.h"

namespace quarry {

namespace {

class ShuffleCodec final : public Codec {
 public:
  explicit ShuffleCodec(size_t item_bytes) : item_bytes_(item_bytes) {}

  std::optional<size_t> EncodedBytes(size_t decoded_bytes) const override { return decoded_bytes; }
  size_t EncodedBound(size_t decoded_bytes) const override { return decoded_bytes; }

  FaultOr<size_t> Encode(ByteView decoded, MutableBytes encoded, Workspace&) const override {
    return Permute(decoded, encoded, Shuffle);
  }
  FaultOr<size_t> Decode(ByteView encoded, MutableBytes decoded, Workspace&) const override {
    return Permute(encoded, decoded, Unshuffle);
  }

  bool IsIdentity() const override { return item_bytes_ == 1; }

 private:
  FaultOr<size_t> Permute(ByteView from, MutableBytes to, decltype(&Shuffle) permute) const {
    if (from.size() > to.size()) {
      return std::unexpected(Fault{FaultReason::kTooLarge, to.size(), from.size()});
    }
    const size_t items = from.size() / item_bytes_;
    if (items * item_bytes_ != from.size()) return std::unexpected(Fault{FaultReason::kMalformed});
    permute(from.data(), to.data(), items, item_bytes_);
    return from.size();
  }

  size_t item_bytes_;
};

}  // namespace

std::unique_ptr<const Codec> MakeShuffleCodec(size_t item_bytes) {
  return std::make_unique<ShuffleCodec>(std::max<size_t>(item_bytes, 1));
}

}  // namespace quarry
