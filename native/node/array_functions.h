#pragma once

#include "node/napi_setup.h"

namespace quarry::node {

// openArray(spec) → handle, or { ofIndexChain, codecIndex }
Napi::Value OpenArray(const Napi::CallbackInfo& info);
// readArray(array, axes, lists, out, outOffsetBytes, inPlaceBytesMax, (fault?) => void)
//   axes: Float64Array of [start, step, count, stride in bytes] an axis
//   lists: for an axis that is selected by a list of indices, these, as a Float64Array; else anything else
//   Runs at once, and returns undefined or the fault, where no more than inPlaceBytesMax bytes have to be
//   decoded; otherwise returns the job's id, and calls back.
Napi::Value ReadArray(const Napi::CallbackInfo& info);
// readArrayTogether(array, [{ axes, lists, out, outOffsetBytes, done }, …]) → an id for each
//   Reads several boxes, decoding each cell once for all of them; each `done` is called, and each id
//   cancelled, by itself.
Napi::Value ReadArrayTogether(const Napi::CallbackInfo& info);
// writeArray(array, shape, axes, lists, source, sourceOffsetBytes, { writeFillCells }, (fault?) =>
// void)
//   → job id
Napi::Value WriteArray(const Napi::CallbackInfo& info);

}  // namespace quarry::node
