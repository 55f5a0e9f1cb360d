#include <algorithm>
#include <string>
#include <vector>

#include "core/chain/chain.h"
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

// Whether the two differ, in nothing but four bytes in a row.
bool DifferInOneBurst(const Bytes& one, const Bytes& other) {
  if (one.size() != other.size() || one == other) return false;
  size_t first = 0;
  while (one[first] == other[first]) ++first;
  size_t last = one.size() - 1;
  while (one[last] == other[last]) --last;
  return last - first < sizeof(uint32_t);
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
  const bool ends_with_crc32c = !parsed->codecs.empty() && parsed->codecs.back().id == "crc32c";
  if (is_accepted && ends_with_crc32c && DifferInOneBurst(encoded, edited)) {
    return "a crc32c did not notice a burst of at most 32 bits";
  }
  return {};
}

}  // namespace quarry::fuzz
