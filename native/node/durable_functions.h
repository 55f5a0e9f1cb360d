#pragma once

#include "node/napi_setup.h"

namespace quarry::node {

// lockDirectory(path, exclusive) → handle, or undefined where somebody else's lock is in conflict
//   The lock goes with the environment, and with the process, if it is not unlocked before.
Napi::Value LockDirectory(const Napi::CallbackInfo& info);
// unlockDirectory(handle)
Napi::Value UnlockDirectory(const Napi::CallbackInfo& info);
// allocateDirect(bytes) → a Uint8Array of zeros at an address that direct writes take; at most 1 MiB
Napi::Value AllocateDirect(const Napi::CallbackInfo& info);
// crc32c(pieces, crc = 0) → the checksum of the pieces, one after another, after what has the checksum `crc`
Napi::Value Crc32cOf(const Napi::CallbackInfo& info);

}  // namespace quarry::node
