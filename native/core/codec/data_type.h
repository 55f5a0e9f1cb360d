// What the items of a chunk are.
//
// Numbers have a kind. Everything else of fixed size (complex numbers, raw bits, fixed-length text,
// structures) is opaque: bytes that are moved, never looked into, except that the `bytes` codec reverses each
// unit for the other byte order. A complex64 is two units of 4 bytes, a structure has units of one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace quarry {

enum class DataKind : uint8_t { kBool, kInt, kUint, kFloat, kOpaque };

struct DataType {
  DataKind kind{};
  uint32_t item_bytes = 0;
  uint32_t unit_bytes = item_bytes;  // 1, 2, 4 or 8, of which an item is a multiple
  friend bool operator==(const DataType&, const DataType&) = default;
};

// The data type called "int8" … "uint64", "float16" … "float64", "bool" or
// "opaque:<item bytes, 1 … 2^31 − 1>:<unit bytes>". Nothing for any other name.
std::optional<DataType> DataTypeNamed(std::string_view name);

}  // namespace quarry
