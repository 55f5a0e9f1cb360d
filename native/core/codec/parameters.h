// Typed access to the parameters of a CodecSpec. Absent, of another type or out of range is nullopt, which
// MakeCodec answers with a null codec.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/codec/registry.h"

namespace quarry {

std::optional<bool> BoolParameter(const CodecSpec& spec, std::string_view name);
// A whole number from `min` to `max`.
std::optional<int> IntParameter(const CodecSpec& spec, std::string_view name, int min, int max);
std::optional<std::string_view> TextParameter(const CodecSpec& spec, std::string_view name);
// Any number, NaN and infinities included.
std::optional<double> NumberParameter(const CodecSpec& spec, std::string_view name);
// A whole number below 2^53, not negative.
std::optional<size_t> IndexParameter(const CodecSpec& spec, std::string_view name);
// A list of whole numbers below 256.
std::optional<std::vector<std::byte>> BytesParameter(const CodecSpec& spec, std::string_view name);
// Text of hexadecimal digits.
std::optional<std::vector<std::byte>> HexParameter(const CodecSpec& spec, std::string_view name);
// Whole numbers, none negative.
std::optional<std::vector<size_t>> IndexListParameter(const CodecSpec& spec, std::string_view name);
// One of the names in `choices`.
template <typename Choice>
std::optional<Choice> ChoiceParameter(const CodecSpec& spec, std::string_view name,
                                      std::span<const std::pair<std::string_view, Choice>> choices) {
  const auto text = TextParameter(spec, name);
  if (!text) return std::nullopt;
  for (const auto& [choice_name, choice] : choices) {
    if (choice_name == *text) return choice;
  }
  return std::nullopt;
}
// By its name, see data_type.h.
std::optional<DataType> DataTypeParameter(const CodecSpec& spec, std::string_view name);

}  // namespace quarry
