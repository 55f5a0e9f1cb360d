#include "core/codec/item_codec.h"

#include <utility>

namespace quarry {

namespace {

FaultOr<size_t> Run(const RunItems& run, ByteView from, size_t from_item_bytes, MutableBytes to,
                    size_t to_item_bytes) {
  const size_t items = from.size() / from_item_bytes;
  if (items * from_item_bytes != from.size()) {
    return std::unexpected(Fault{FaultReason::kLengthMismatch, (items + 1) * from_item_bytes, from.size()});
  }
  if (items > to.size() / to_item_bytes) {
    return std::unexpected(Fault{FaultReason::kTooLarge, to.size(), items * to_item_bytes});
  }
  if (items > 0 && !run(from.data(), to.data(), items)) {
    return std::unexpected(Fault{FaultReason::kNotRepresentable});
  }
  return items * to_item_bytes;
}

class ItemCodec final : public Codec {
 public:
  explicit ItemCodec(ItemTransform transform) : transform_(std::move(transform)) {}

  std::optional<size_t> EncodedBytes(size_t decoded_bytes) const override {
    return decoded_bytes / transform_.decoded_item_bytes * transform_.encoded_item_bytes;
  }
  size_t EncodedBound(size_t decoded_bytes) const override { return *EncodedBytes(decoded_bytes); }

  FaultOr<size_t> Encode(ByteView decoded, MutableBytes encoded, Workspace&) const override {
    return Run(transform_.encode, decoded, transform_.decoded_item_bytes, encoded,
               transform_.encoded_item_bytes);
  }
  FaultOr<size_t> Decode(ByteView encoded, MutableBytes decoded, Workspace&) const override {
    return Run(transform_.decode, encoded, transform_.encoded_item_bytes, decoded,
               transform_.decoded_item_bytes);
  }

  bool IsIdentity() const override { return transform_.is_identity; }

 private:
  ItemTransform transform_;
};

}  // namespace

RunItems Always(ConvertItems convert) {
  if (convert == nullptr) return nullptr;
  return [convert](const std::byte* from, std::byte* to, size_t items) {
    convert(from, to, items);
    return true;
  };
}

std::unique_ptr<const Codec> MakeItemCodec(ItemTransform transform) {
  if (transform.encode == nullptr || transform.decode == nullptr) return nullptr;
  return std::make_unique<ItemCodec>(std::move(transform));
}

}  // namespace quarry
