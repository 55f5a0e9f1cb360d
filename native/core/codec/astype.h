// The codec `numcodecs.astype`: every item converted to another type, by the rules of numeric_cast.h.
#pragma once

#include <memory>

#include "core/codec/codec.h"
#include "core/codec/data_type.h"
#include "core/codec/item_codec.h"

namespace quarry {

// The conversion of items of type `from`; null where one of the types is no number.
ConvertItems ConversionBetween(DataType from, DataType to);

// Null where one of the types is no number.
std::unique_ptr<const Codec> MakeAstypeCodec(DataType decoded, DataType encoded);

}  // namespace quarry
