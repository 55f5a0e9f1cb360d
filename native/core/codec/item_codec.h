// A codec that turns n items of one size into n items of another (or the same) with a function for each
// direction.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "core/codec/codec.h"

namespace quarry {

// `from` and `to` hold `items` items each, at least one, and do not overlap. False where the type that they
// go to cannot hold one of them, whatever `to` then contains: the codec answers kNotRepresentable.
using RunItems = std::function<bool(const std::byte* from, std::byte* to, size_t items)>;

// For conversions that are defined for every item.
using ConvertItems = void (*)(const std::byte* from, std::byte* to, size_t items);
RunItems Always(ConvertItems convert);

struct ItemTransform {
  size_t decoded_item_bytes = 0;
  size_t encoded_item_bytes = 0;
  RunItems encode;
  RunItems decode;
  bool is_identity = false;
};

// Null where a function is missing. What is no whole number of items is a kLengthMismatch in both directions.
std::unique_ptr<const Codec> MakeItemCodec(ItemTransform transform);

}  // namespace quarry
