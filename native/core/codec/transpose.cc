#include "core/codec/transpose.h"

#include "core/codec/transpose_plan.h"

namespace quarry {

namespace {

class TransposeCodec final : public Codec {
 public:
  TransposeCodec(TransposePlan forward, TransposePlan backward)
      : forward_(std::move(forward)), backward_(std::move(backward)) {}

  std::optional<size_t> EncodedBytes(size_t decoded_bytes) const override { return decoded_bytes; }
  size_t EncodedBound(size_t decoded_bytes) const override { return decoded_bytes; }

  FaultOr<size_t> Encode(ByteView decoded, MutableBytes encoded, Workspace&) const override {
    return Run(forward_, decoded, encoded);
  }
  FaultOr<size_t> Decode(ByteView encoded, MutableBytes decoded, Workspace&) const override {
    return Run(backward_, encoded, decoded);
  }

 private:
  static FaultOr<size_t> Run(const TransposePlan& plan, ByteView from, MutableBytes to) {
    if (from.size() != plan.bytes()) {
      return std::unexpected(Fault{FaultReason::kLengthMismatch, plan.bytes(), from.size()});
    }
    if (from.size() > to.size()) {
      return std::unexpected(Fault{FaultReason::kTooLarge, to.size(), from.size()});
    }
    plan.Run(from.data(), to.data());
    return from.size();
  }

  TransposePlan forward_;
  TransposePlan backward_;
};

}  // namespace

std::unique_ptr<const Codec> MakeTransposeCodec(const std::vector<size_t>& order, const ChunkType& chunk) {
  const size_t rank = chunk.shape.size();
  if (order.size() != rank) return nullptr;
  std::vector<size_t> inverse(rank, rank);
  std::vector<uint64_t> encoded_shape(rank);
  for (size_t i = 0; i < rank; ++i) {
    if (order[i] >= rank || inverse[order[i]] != rank) return nullptr;
    inverse[order[i]] = i;
    encoded_shape[i] = chunk.shape[order[i]];
  }
  const size_t item_bytes = chunk.data_type.item_bytes;
  return std::make_unique<TransposeCodec>(TransposePlan(chunk.shape, order, item_bytes),
                                          TransposePlan(encoded_shape, inverse, item_bytes));
}

}  // namespace quarry
