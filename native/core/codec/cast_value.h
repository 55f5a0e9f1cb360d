// The codec `cast_value` (https://github.com/zarr-developers/zarr-extensions/tree/main/codecs/cast_value):
// stores the items in another data type, each converted by its value (value_cast.h), unless a map says what
// becomes of it. What no rule covers is kNotRepresentable, and so is, when it is encoded, what could not be
// decoded again.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "core/codec/codec.h"
#include "core/codec/data_type.h"
#include "core/codec/value_cast.h"

namespace quarry {

// For each pair the item that is converted, then what it becomes. Of equal items the first counts; NaN equals
// NaN, and 0 equals −0.
using ScalarPairs = std::vector<std::byte>;

// Null where one of the types is no number, or pairs are no whole number of pairs.
std::unique_ptr<const Codec> MakeCastValueCodec(DataType decoded, DataType encoded, ValueCastRules rules,
                                                const ScalarPairs& encode_pairs,
                                                const ScalarPairs& decode_pairs);

}  // namespace quarry
