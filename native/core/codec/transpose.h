// The array codec `transpose`: dimension i of the encoded chunk is dimension order[i] of the decoded one.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "core/codec/codec.h"
#include "core/codec/registry.h"

namespace quarry {

// Null where `order` is no permutation of the chunk's dimensions.
std::unique_ptr<const Codec> MakeTransposeCodec(const std::vector<size_t>& order, const ChunkType& chunk);

}  // namespace quarry
