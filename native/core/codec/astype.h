// The codec `numcodecs.astype`: every item converted to another type, by the rules of numeric_cast.h.
#pragma once

#include <memory>

#include "core/codec/codec.h"
#include "core/codec/registry.h"

namespace quarry {

// Null where one of the types does not exist.
std::unique_ptr<const Codec> MakeAstypeCodec(DataType decoded, DataType encoded);

}  // namespace quarry
