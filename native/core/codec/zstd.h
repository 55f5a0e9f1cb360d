// zstd (RFC 8878). One frame a chunk, content size always in its header.
#pragma once

#include <memory>

#include "core/codec/codec.h"

namespace quarry {

// `level` −7 … 22; `checksum` appends the low half of the content's XXH64, which every decoder verifies.
// Null where the level is out of range.
std::unique_ptr<const Codec> MakeZstdCodec(int level, bool checksum);

}  // namespace quarry
