// Faults of the core as plain JavaScript objects (`NativeFault` in src/codec/native/addon.ts).
#pragma once

#include "core/array/array_fault.h"
#include "core/chain/chain.h"
#include "node/napi_setup.h"

namespace quarry::node {

Napi::Object ToObject(Napi::Env env, const ChainFault& fault);
Napi::Object ToObject(Napi::Env env, const ArrayFault& fault);

}  // namespace quarry::node
