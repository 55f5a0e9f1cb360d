// Decodes the blocks of a Blosc frame, whole or in part.
#pragma once

#include <cstddef>

#include "core/bytes.h"
#include "core/codec/blosc_frame.h"
#include "core/codec/workspace.h"
#include "core/error.h"

namespace quarry {

// Decodes block `block` of `frame` to exactly header().BlockBytes(block) bytes. Not for a plain copy, whose
// blocks lie open. Returns the bytes of the frame that the block takes up.
FaultOr<size_t> DecodeBloscBlock(const BloscFrame& frame, size_t block, MutableBytes decoded,
                                 Workspace& workspace);

// The same for bytes [begin, end) of the block alone, at their places in `decoded`, which has room for the
// whole block; what else of it is overwritten depends on the frame.
FaultOr<void> DecodeBloscBlockRange(const BloscFrame& frame, size_t block, MutableBytes decoded, size_t begin,
                                    size_t end, Workspace& workspace);

}  // namespace quarry
