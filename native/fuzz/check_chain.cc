#include <algorithm>
#include <string>
#include <vector>

#include "core/chain/chain.h"
#include "core/codec/parameters.h"
#include "fuzz/checks.h"
#include "fuzz/fuzz_case.h"

namespace quarry::fuzz {

namespace {

using Bytes = std::vector<std::byte>;

constexpr size_t kEditBytes = 10;
constexpr size_t kEditsMax = 8;

// What happens to bytes on their way. Positions are taken modulo the size.
enum class EditKind : uint8_t { kFlip, kCut, kRemove, kRepeat, kOverwrite, kAppend, kCount };

void Edit(Bytes& bytes, ByteView edit) {
  const auto kind =
      static_cast<EditKind>(static_cast<uint8_t>(edit[0]) % static_cast<uint8_t>(EditKind::kCount));
  const std::byte value = edit[9];
  if (bytes.empty() || kind == EditKind::kAppend) {
    bytes.push_back(value);
    return;
  }
  const size_t first = LoadLittleEndian<uint32_t>(edit.data() + 1) % bytes.size();
  const size_t second = LoadLittleEndian<uint32_t>(edit.data() + 5) % bytes.size();
  const auto at = [&bytes](size_t index) { return bytes.begin() + static_cast<ptrdiff_t>(index); };
  const size_t span = std::min({bytes.size() - first, bytes.size() - second, static_cast<size_t>(value) + 1});
  switch (kind) {
    case EditKind::kFlip:
      bytes[first] ^= value;
      break;
    case EditKind::kCut:
      bytes.resize(first);
      break;
    case EditKind::kRemove:
      bytes.erase(at(first), at(first + span));
      break;
    case EditKind::kRepeat: {
      const Bytes copy(at(first), at(first + span));
      bytes.insert(at(second), copy.begin(), copy.end());
      break;
    }
    case EditKind::kOverwrite: {
      const Bytes copy(at(first), at(first + span));
      std::ranges::copy(copy, at(second));
      break;
    }
    case EditKind::kAppend:
    case EditKind::kCount:
      break;
  }
}

// What a checksum never misses: changes that all lie within so many bytes in a row, on one side of the seam.
struct Guarantee {
  size_t burst_bytes = 0;
  size_t seam = 0;
};

// A CRC notices each burst of its own length in the codeword, which is the content and then the checksum.
// Where the checksum stands first, a burst across the seam is torn apart in the codeword. The others' sums
// change with any single byte; of a hash like Lookup3 nothing is certain.
Guarantee GuaranteeOf(const CodecSpec& codec) {
  if (codec.id == "adler32" || codec.id == "fletcher32") return {.burst_bytes = 1};
  if (codec.id != "crc32c" && codec.id != "crc32") return {};
  const bool is_at_start = BoolParameter(codec, "atStart").value_or(false);
  return {.burst_bytes = sizeof(uint32_t), .seam = is_at_start ? sizeof(uint32_t) : 0};
}

// Whether the two differ in nothing but what `guarantee` covers.
bool DifferWithin(const Guarantee& guarantee, const Bytes& one, const Bytes& other) {
  if (one.size() != other.size() || one == other) return false;
  size_t first = 0;
  while (one[first] == other[first]) ++first;
  size_t last = one.size() - 1;
  while (one[last] == other[last]) --last;
  const bool is_across_seam = first < guarantee.seam && last >= guarantee.seam;
  return last - first < guarantee.burst_bytes && !is_across_seam;
}

// The content again and again until the chunk is full; zeros where there is none. A bool is 0 or 1.
Bytes ChunkOf(ByteView content, const FuzzCase& parsed) {
  const std::byte mask{parsed.chunk.data_type.kind == DataKind::kBool ? uint8_t{1} : uint8_t{255}};
  Bytes chunk(parsed.chunk_bytes);
  if (content.empty()) return chunk;
  for (size_t at = 0; at < chunk.size(); ++at) chunk[at] = content[at % content.size()] & mask;
  return chunk;
}

}  // namespace

std::string CheckChain(ByteView input) {
  const auto parsed = ParseFuzzCase(input);
  if (!parsed || parsed->body.empty()) return {};
  const auto chain = Chain::Make(parsed->chunk, parsed->codecs);
  if (!chain) return {};
  static thread_local Workspace workspace;

  const size_t edits_asked = static_cast<size_t>(parsed->body[0]) % (kEditsMax + 1);
  const ByteView behind_count = parsed->body.subspan(1);
  const size_t edits = std::min(edits_asked, behind_count.size() / kEditBytes);
  const Bytes chunk = ChunkOf(behind_count.subspan(edits * kEditBytes), *parsed);

  const auto view = chain->Encode(chunk, workspace);
  if (!view) return parsed->is_exact ? "a chunk does not encode" : "";
  const Bytes encoded(view->begin(), view->end());
  if (encoded.size() > chain->encoded_bound()) return "an encoding is larger than its bound";
  if (encoded.size() != chain->encoded_bytes().value_or(encoded.size()))
    return "an encoding has another size than was said";

  Bytes decoded(chunk.size());
  if (!chain->Decode(encoded, decoded, workspace)) return "an encoding does not decode";
  if (parsed->is_exact && decoded != chunk) return "a chunk does not come back from its encoding";

  Bytes edited = encoded;
  for (size_t edit = 0; edit < edits; ++edit) {
    Edit(edited, behind_count.subspan(edit * kEditBytes, kEditBytes));
  }
  edited.shrink_to_fit();
  const bool is_accepted = chain->Decode(edited, decoded, workspace).has_value();
  if (!is_accepted || parsed->codecs.empty()) return {};
  const CodecSpec& last = parsed->codecs.back();
  if (DifferWithin(GuaranteeOf(last), encoded, edited))
    return last.id + " did not notice a change of a few bytes";
  return {};
}

}  // namespace quarry::fuzz
