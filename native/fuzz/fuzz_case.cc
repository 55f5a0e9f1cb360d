#include "fuzz/fuzz_case.h"

#include <charconv>
#include <string>
#include <string_view>

#include "core/array/limits.h"
#include "core/codec/parameters.h"

namespace quarry::fuzz {

namespace {

constexpr size_t kHeadBytesMax = 4096;
constexpr size_t kCodecsMax = 16;

std::string_view TextOf(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Takes the part of `text` before `separator`, and the separator.
std::string_view Take(std::string_view& text, char separator) {
  const size_t end = std::min(text.find(separator), text.size());
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return taken;
}

template <typename T>
std::optional<T> NumberIn(std::string_view text) {
  T number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

CodecParameter ParameterIn(std::string_view text) {
  if (text == "true" || text == "false") return text == "true";
  if (const auto number = NumberIn<double>(text)) return *number;
  if (!text.starts_with('[') || !text.ends_with(']')) return std::string(text);
  std::vector<double> numbers;
  text = text.substr(1, text.size() - 2);
  while (!text.empty()) numbers.push_back(NumberIn<double>(Take(text, ',')).value_or(-1));
  return numbers;
}

CodecSpec CodecIn(std::string_view line) {
  CodecSpec spec{std::string(Take(line, ' ')), {}};
  while (!line.empty()) {
    std::string_view value = Take(line, ' ');
    const std::string name(Take(value, '='));
    spec.parameters.emplace(name, ParameterIn(value));
  }
  return spec;
}

// Sets chunk, chunk_bytes and is_exact.
bool TakeChunk(std::string_view line, FuzzCase& result) {
  const CodecSpec type{"", {{"type", std::string(Take(line, ' '))}}};
  const std::optional<DataType> data_type = DataTypeParameter(type, "type");
  if (!data_type || data_type->item_bytes > kChunkBytesMax) return false;
  result.chunk.data_type = *data_type;
  result.chunk_bytes = data_type->item_bytes;
  while (!line.empty()) {
    const std::string_view word = Take(line, ' ');
    if (word == "exact" && line.empty()) {
      result.is_exact = true;
      break;
    }
    const auto extent = NumberIn<uint64_t>(word);
    if (!extent || *extent == 0 || *extent > kChunkBytesMax / result.chunk_bytes) return false;
    result.chunk.shape.push_back(*extent);
    result.chunk_bytes *= *extent;
  }
  return result.chunk.shape.size() <= kDimensionsMax;
}

}  // namespace

std::optional<size_t> HeadBytes(ByteView input) {
  const size_t end = TextOf(input.first(std::min(input.size(), kHeadBytesMax))).find("\n\n");
  if (end == std::string_view::npos) return std::nullopt;
  return end + 2;
}

std::optional<FuzzCase> ParseFuzzCase(ByteView input) {
  const std::optional<size_t> head_bytes = HeadBytes(input);
  if (!head_bytes) return std::nullopt;
  std::string_view lines = TextOf(input.first(*head_bytes - 2));
  FuzzCase result;
  if (!TakeChunk(Take(lines, '\n'), result)) return std::nullopt;
  while (!lines.empty()) result.codecs.push_back(CodecIn(Take(lines, '\n')));
  if (result.codecs.size() > kCodecsMax) return std::nullopt;
  result.body = input.subspan(*head_bytes);
  return result;
}

}  // namespace quarry::fuzz
