#include <algorithm>
#include <string>
#include <vector>

#include "core/journal/frame_compression.h"
#include "fuzz/checks.h"
#include "fuzz/fuzz_case.h"

namespace quarry::fuzz {

namespace {

using Bytes = std::vector<std::byte>;

constexpr int kWindowLog = 17;

std::string CheckRoundTrip(const Bytes& raw) {
  const auto frame = FrameCompressor::Make(1, kWindowLog)->Compress(std::vector<ByteView>{raw});
  if (!frame) return "what was decompressed does not compress";
  Bytes again(raw.size());
  if (!FrameDecompressor::Make(kWindowLog)->Decompress(*frame, again)) return "a frame of ours is refused";
  if (again != raw) return "a frame of ours decompresses to other bytes";
  return {};
}

}  // namespace

std::string CheckFrames(ByteView input) {
  const auto parsed = ParseFuzzCase(input);
  if (!parsed || parsed->body.size() < sizeof(uint16_t)) return {};
  const ByteView stream = parsed->body.subspan(sizeof(uint16_t));
  const size_t first_bytes = std::min<size_t>(LoadLittleEndian<uint16_t>(parsed->body.data()), stream.size());

  const auto decompressor = FrameDecompressor::Make(kWindowLog);
  bool is_refused = false;
  Bytes joined;
  Bytes joined_raw;
  for (const ByteView view : {stream.first(first_bytes), stream.subspan(first_bytes)}) {
    const Bytes frame(view.begin(), view.end());
    Bytes raw(parsed->chunk_bytes);
    if (!decompressor->Decompress(frame, raw)) {
      is_refused = true;
      continue;
    }
    if (is_refused) return "a frame is accepted after one that was refused";
    joined.insert(joined.end(), frame.begin(), frame.end());
    joined_raw.insert(joined_raw.end(), raw.begin(), raw.end());
  }
  if (joined.empty()) return {};

  Bytes again(joined_raw.size());
  if (!FrameDecompressor::Make(kWindowLog)->Decompress(joined, again)) return "two frames are not one stream";
  if (again != joined_raw) return "a stream decompresses to other bytes than its frames";
  return CheckRoundTrip(joined_raw);
}

}  // namespace quarry::fuzz
