#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "core/chain/chain.h"
#include "fuzz/checks.h"
#include "fuzz/fuzz_case.h"

namespace quarry::fuzz {

namespace {

using Bytes = std::vector<std::byte>;

constexpr uint8_t kReasonMax = static_cast<uint8_t>(FaultReason::kNotRepresentable);

std::string CheckFault(const ChainFault& fault, size_t codecs) {
  if (static_cast<uint8_t>(fault.fault.reason) > kReasonMax) return "the fault has a reason that is none";
  if (fault.fault.reason == FaultReason::kInternal) return "bad bytes were called a failure of the library";
  if (fault.codec_index != kNoCodec && fault.codec_index >= codecs) return "the fault names no codec";
  if (fault.encoding) return "a fault of decoding says that it is one of encoding";
  return {};
}

// A range that follows from the bytes alone, so that a case can be replayed.
std::pair<size_t, size_t> RangeFor(ByteView body, size_t size) {
  uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (const std::byte byte : body.first(std::min<size_t>(body.size(), 64))) {
    hash = (hash ^ static_cast<uint64_t>(byte)) * 0x100000001b3;
  }
  const size_t one = hash % (size + 1);
  const size_t other = (hash >> 32) % (size + 1);
  return std::minmax(one, other);
}

}  // namespace

std::string CheckDecoding(ByteView input) {
  const auto parsed = ParseFuzzCase(input);
  if (!parsed) return {};
  const auto chain = Chain::Make(parsed->chunk, parsed->codecs);
  if (!chain) return {};
  static thread_local Workspace workspace;

  Bytes chunk(parsed->chunk_bytes);
  const Bytes encoded(parsed->body.begin(), parsed->body.end());
  const auto decoded = chain->Decode(encoded, chunk, workspace);

  const auto [begin, end] = RangeFor(parsed->body, chunk.size());
  Bytes part(chunk.size());
  const auto range = chain->DecodeRange(encoded, part, begin, end, workspace);
  if (!range) {
    if (decoded) return "a part of a good chunk does not decode";
    if (std::string broken = CheckFault(range.error(), parsed->codecs.size()); !broken.empty()) return broken;
  }
  if (!decoded) return CheckFault(decoded.error(), parsed->codecs.size());
  if (range && !range->Contains({begin, end})) return "less than a part was decoded";
  if (!std::equal(part.begin() + static_cast<ptrdiff_t>(begin), part.begin() + static_cast<ptrdiff_t>(end),
                  chunk.begin() + static_cast<ptrdiff_t>(begin))) {
    return "a part decodes to other bytes than the whole";
  }
  if (!parsed->is_exact) return {};

  const auto again = chain->Encode(chunk, workspace);
  if (!again) return "what was decoded does not encode";
  const Bytes again_encoded(again->begin(), again->end());
  Bytes again_decoded(chunk.size());
  if (!chain->Decode(again_encoded, again_decoded, workspace)) return "what was encoded does not decode";
  if (again_decoded != chunk) return "a chunk does not come back from its encoding";
  return {};
}

}  // namespace quarry::fuzz
