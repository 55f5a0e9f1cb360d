// Memory for the results of reads.
#pragma once

#include "node/napi_setup.h"

namespace quarry::node {

// allocateOutput(bytes) → an ArrayBuffer of that many bytes, of undefined content, for a read to fill;
// undefined where JavaScript's own memory serves as well
Napi::Value AllocateOutput(const Napi::CallbackInfo& info);

}  // namespace quarry::node
