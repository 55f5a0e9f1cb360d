#include "core/codec/data_type.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace quarry {

namespace {

constexpr std::array<std::pair<std::string_view, DataType>, 12> kNumbers{{
    {"bool", {DataKind::kBool, 1}},
    {"int8", {DataKind::kInt, 1}},
    {"int16", {DataKind::kInt, 2}},
    {"int32", {DataKind::kInt, 4}},
    {"int64", {DataKind::kInt, 8}},
    {"uint8", {DataKind::kUint, 1}},
    {"uint16", {DataKind::kUint, 2}},
    {"uint32", {DataKind::kUint, 4}},
    {"uint64", {DataKind::kUint, 8}},
    {"float16", {DataKind::kFloat, 2}},
    {"float32", {DataKind::kFloat, 4}},
    {"float64", {DataKind::kFloat, 8}},
}};

constexpr std::string_view kOpaquePrefix = "opaque:";
constexpr uint32_t kItemBytesMax = INT32_MAX;

// Takes a decimal number off the front of `text`. Zero where there is none.
uint32_t TakeNumber(std::string_view& text) {
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return 0;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return number;
}

std::optional<DataType> OpaqueType(std::string_view sizes) {
  const uint32_t item_bytes = TakeNumber(sizes);
  if (!sizes.starts_with(':')) return std::nullopt;
  sizes.remove_prefix(1);
  const uint32_t unit_bytes = TakeNumber(sizes);
  const bool is_unit = unit_bytes == 1 || unit_bytes == 2 || unit_bytes == 4 || unit_bytes == 8;
  if (!sizes.empty() || !is_unit) return std::nullopt;
  if (item_bytes == 0 || item_bytes > kItemBytesMax || item_bytes % unit_bytes != 0) return std::nullopt;
  return DataType{DataKind::kOpaque, item_bytes, unit_bytes};
}

}  // namespace

std::optional<DataType> DataTypeNamed(std::string_view name) {
  if (name.starts_with(kOpaquePrefix)) return OpaqueType(name.substr(kOpaquePrefix.size()));
  const auto* found = std::ranges::find(kNumbers, name, &std::pair<std::string_view, DataType>::first);
  if (found == kNumbers.end()) return std::nullopt;
  return found->second;
}

}  // namespace quarry
