// Failed system calls as the errors that Node itself throws for them.
#pragma once

#include <string>

#include "core/os/file.h"
#include "node/napi_setup.h"

namespace quarry::node {

// With `code` ("EACCES"), `errno` (negative), `syscall` and `path`.
Napi::Error ToError(Napi::Env env, const os::OsFault& fault, const std::string& path);

}  // namespace quarry::node
