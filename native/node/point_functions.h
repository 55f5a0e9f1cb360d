#pragma once

#include "node/napi_setup.h"

namespace quarry::node {

// readPoints(array, coordinates, out, inPlaceBytesMax, (fault?) => void)
//   coordinates: Float64Array, of point i along axis a at [a * (points) + i]
//   out: as many items as there are points, one after another; its length is their number
//   Runs at once, or returns the job's id, as readArray does.
Napi::Value ReadPoints(const Napi::CallbackInfo& info);
// writePoints(array, shape, coordinates, source, { writeFillCells }, (fault?) => void)
//   → job id
Napi::Value WritePoints(const Napi::CallbackInfo& info);

}  // namespace quarry::node
