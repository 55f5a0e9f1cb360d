#include "core/chain/chain.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace quarry {
namespace {

// Another writer's compressor may have a worse bound than ours; none is this much worse.
size_t ForeignBound(size_t our_bound) { return our_bound + our_bound / 2 + (size_t{64} << 10); }

}  // namespace

std::expected<Chain, ChainSpecFault> Chain::Make(const ChunkType& chunk, std::span<const CodecSpec> codecs) {
  Chain chain;
  chain.chunk_ = chunk;
  chain.chunk_bytes_ = chunk.data_type.item_bytes;
  for (const uint64_t extent : chunk.shape) chain.chunk_bytes_ *= extent;

  ChunkType type = chunk;
  size_t bound = chain.chunk_bytes_;
  bool exact = true;
  for (size_t index = 0; index < codecs.size(); ++index) {
    MadeCodec made = MakeCodec(codecs[index], type);
    if (made.codec == nullptr) return std::unexpected(ChainSpecFault{index});
    Step step{
        .codec = std::move(made.codec),
        .index = static_cast<uint32_t>(index),
        .decoded_limit = exact ? bound : ForeignBound(bound),
        .decoded_is_exact = exact,
        .encoded_bound = 0,
    };
    const std::optional<size_t> encoded = step.codec->EncodedBytes(bound);
    exact = exact && encoded.has_value();
    bound = encoded.value_or(step.codec->EncodedBound(bound));
    step.encoded_bound = bound;
    type = std::move(made.encoded_type);
    if (!step.codec->IsIdentity()) chain.steps_.push_back(std::move(step));
  }
  chain.encoded_bound_ = bound;
  if (exact) chain.encoded_bytes_ = bound;
  return chain;
}

size_t Chain::encoded_bytes_max() const { return encoded_bytes_.value_or(ForeignBound(encoded_bound_)); }

ChainOr<ByteView> Chain::Encode(ByteView chunk, Workspace& workspace) const {
  ByteView current = chunk;
  size_t side = 0;
  for (const Step& step : steps_) {
    const auto failed = [&step](Fault fault) { return std::unexpected(ChainFault{fault, step.index, true}); };
    std::byte* const room = workspace.chain_scratch[side].Reserve(step.encoded_bound);
    if (room == nullptr) return failed({FaultReason::kInternal});
    const FaultOr<size_t> written = step.codec->Encode(current, {room, step.encoded_bound}, workspace);
    if (!written) return failed(written.error());
    current = {room, *written};
    side ^= 1;
  }
  return current;
}

ChainOr<ByteRange> Chain::DecodeRange(ByteView encoded, MutableBytes chunk, size_t begin, size_t end,
                                      Workspace& workspace) const {
  const auto is_framing = [](const Step& step) { return step.codec->IsFraming(); };
  if (steps_.empty() || !steps_[0].codec->DecodesRanges() ||
      !std::all_of(steps_.begin() + 1, steps_.end(), is_framing)) {
    const ChainOr<void> decoded = Decode(encoded, chunk, workspace);
    if (!decoded) return std::unexpected(decoded.error());
    return ByteRange{0, chunk.size()};
  }
  ByteView current = encoded;
  for (size_t at = steps_.size(); at-- > 1;) {
    const FaultOr<ByteView> body = steps_[at].codec->VerifiedBody(current);
    if (!body) return std::unexpected(ChainFault{body.error(), steps_[at].index, false});
    current = *body;
  }
  const FaultOr<ByteRange> decoded = steps_[0].codec->DecodeRange(current, chunk, begin, end, workspace);
  if (!decoded) return std::unexpected(ChainFault{decoded.error(), steps_[0].index, false});
  return *decoded;
}

ChainOr<void> Chain::Decode(ByteView encoded, MutableBytes chunk, Workspace& workspace) const {
  ByteView current = encoded;
  size_t side = 0;
  bool in_place = false;  // whether `current` is `chunk` itself
  for (size_t at = steps_.size(); at-- > 0;) {
    const Step& step = steps_[at];
    const auto failed = [&step](Fault fault) {
      return std::unexpected(ChainFault{fault, step.index, false});
    };
    size_t decoded_bytes = 0;
    if (step.codec->IsFraming()) {
      const FaultOr<ByteView> body = step.codec->VerifiedBody(current);
      if (!body) return failed(body.error());
      current = *body;
      decoded_bytes = current.size();
    } else {
      MutableBytes out = chunk;
      if (at > 0) {
        std::byte* const room = workspace.chain_scratch[side].Reserve(step.decoded_limit);
        if (room == nullptr) return failed({FaultReason::kInternal});
        out = {room, step.decoded_limit};
        side ^= 1;
      }
      const FaultOr<size_t> written = step.codec->Decode(current, out, workspace);
      if (!written) return failed(written.error());
      decoded_bytes = *written;
      current = out.first(decoded_bytes);
      in_place = at == 0;
    }
    if (step.decoded_is_exact ? decoded_bytes != step.decoded_limit : decoded_bytes > step.decoded_limit) {
      return failed({FaultReason::kLengthMismatch, step.decoded_limit, decoded_bytes});
    }
  }
  if (in_place) return {};
  if (current.size() != chunk.size()) {
    return std::unexpected(
        ChainFault{{FaultReason::kLengthMismatch, chunk.size(), current.size()}, kNoCodec, false});
  }
  if (!current.empty()) std::memcpy(chunk.data(), current.data(), current.size());
  return {};
}

}  // namespace quarry
