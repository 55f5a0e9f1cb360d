// The codec `numcodecs.quantize`: encoded = round(decoded · 2^bits) / 2^bits, ties to even, computed in the
// decoded type and converted to the encoded one. Decoding converts back. A finite number that would become
// infinite or NaN on the way in, which numpy lets happen, is kNotRepresentable.
#pragma once

#include <memory>

#include "core/codec/codec.h"
#include "core/codec/data_type.h"

namespace quarry {

// Both are floating-point types, and 2^bits is a number of the decoded one; null otherwise.
std::unique_ptr<const Codec> MakeQuantizeCodec(int bits, DataType decoded, DataType encoded);

}  // namespace quarry
