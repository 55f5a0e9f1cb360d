// A codec that turns n items of one size into n items of another (or the same) with a plain function for each
// direction.
#pragma once

#include <cstddef>
#include <memory>

#include "core/codec/codec.h"

namespace quarry {

// `from` and `to` hold `items` items each, at least one, and do not overlap.
using RunItems = void (*)(const std::byte* from, std::byte* to, size_t items);

struct ItemTransform {
  size_t decoded_item_bytes = 0;
  size_t encoded_item_bytes = 0;
  RunItems encode = nullptr;
  RunItems decode = nullptr;
  bool is_identity = false;
};

// Null where a function is missing. What is no whole number of items is a kLengthMismatch in both directions.
std::unique_ptr<const Codec> MakeItemCodec(const ItemTransform& transform);

}  // namespace quarry
