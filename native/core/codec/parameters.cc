#include "core/codec/parameters.h"

#include <charconv>
#include <cmath>

namespace quarry {

namespace {

template <typename T>
const T* Find(const CodecSpec& spec, std::string_view name) {
  const auto found = spec.parameters.find(name);
  return found == spec.parameters.end() ? nullptr : std::get_if<T>(&found->second);
}

bool IsWholeBetween(double value, double min, double max) {
  return value >= min && value <= max && std::trunc(value) == value;
}

constexpr double kExactMax = 9007199254740992.0;  // 2^53, above which doubles skip whole numbers

}  // namespace

std::optional<bool> BoolParameter(const CodecSpec& spec, std::string_view name) {
  const bool* value = Find<bool>(spec, name);
  if (value == nullptr) return std::nullopt;
  return *value;
}

std::optional<int> IntParameter(const CodecSpec& spec, std::string_view name, int min, int max) {
  const double* value = Find<double>(spec, name);
  if (value == nullptr || !IsWholeBetween(*value, min, max)) return std::nullopt;
  return static_cast<int>(*value);
}

std::optional<std::string_view> TextParameter(const CodecSpec& spec, std::string_view name) {
  const std::string* value = Find<std::string>(spec, name);
  if (value == nullptr) return std::nullopt;
  return *value;
}

std::optional<double> NumberParameter(const CodecSpec& spec, std::string_view name) {
  const double* value = Find<double>(spec, name);
  if (value == nullptr) return std::nullopt;
  return *value;
}

std::optional<size_t> IndexParameter(const CodecSpec& spec, std::string_view name) {
  const double* value = Find<double>(spec, name);
  if (value == nullptr || !IsWholeBetween(*value, 0, kExactMax)) return std::nullopt;
  return static_cast<size_t>(*value);
}

std::optional<std::vector<size_t>> IndexListParameter(const CodecSpec& spec, std::string_view name) {
  const std::vector<double>* values = Find<std::vector<double>>(spec, name);
  if (values == nullptr) return std::nullopt;
  std::vector<size_t> indexes;
  for (const double value : *values) {
    if (!IsWholeBetween(value, 0, kExactMax)) return std::nullopt;
    indexes.push_back(static_cast<size_t>(value));
  }
  return indexes;
}

std::optional<std::vector<std::byte>> BytesParameter(const CodecSpec& spec, std::string_view name) {
  const auto values = IndexListParameter(spec, name);
  if (!values) return std::nullopt;
  std::vector<std::byte> bytes;
  for (const size_t value : *values) {
    if (value > UINT8_MAX) return std::nullopt;
    bytes.push_back(static_cast<std::byte>(value));
  }
  return bytes;
}

std::optional<std::vector<std::byte>> HexParameter(const CodecSpec& spec, std::string_view name) {
  const auto text = TextParameter(spec, name);
  if (!text || text->size() % 2 != 0) return std::nullopt;
  std::vector<std::byte> bytes;
  for (size_t at = 0; at < text->size(); at += 2) {
    uint8_t byte = 0;
    const char* const end = text->data() + at + 2;
    const auto [stop, error] = std::from_chars(text->data() + at, end, byte, 16);
    if (error != std::errc{} || stop != end) return std::nullopt;
    bytes.push_back(static_cast<std::byte>(byte));
  }
  return bytes;
}

std::optional<DataType> DataTypeParameter(const CodecSpec& spec, std::string_view name) {
  const auto text = TextParameter(spec, name);
  if (!text) return std::nullopt;
  return DataTypeNamed(*text);
}

}  // namespace quarry
