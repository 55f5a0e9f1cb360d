// The codec `numcodecs.delta` over the items of a chunk in C order:
//
//   encoded[0] = decoded[0],  encoded[i] = decoded[i] − decoded[i − 1]
//
// computed in the decoded type, then converted to the encoded type. Decoding adds up, from first to last, in
// the type that numpy finds for both (see delta.cc), and converts each sum to the decoded type. Integers
// wrap. Items that would not come back are kNotRepresentable when they are encoded: integers that are not
// the same again, floats whose difference an integer type does not hold, and a finite one that would not be
// finite.
#pragma once

#include <memory>

#include "core/codec/codec.h"
#include "core/codec/registry.h"

namespace quarry {

// Null for bool, on which numpy's sums are no inverse of its differences.
std::unique_ptr<const Codec> MakeDeltaCodec(DataType decoded, DataType encoded);

}  // namespace quarry
