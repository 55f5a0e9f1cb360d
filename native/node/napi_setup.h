// The one place that includes napi.h, after its defines.
//
// Rules of this folder, each with the bug behind it:
//   1. JavaScript allocates outputs. (An external buffer that C++ frees crashed at exit when the engine
//   outlived us.)
//   2. Arguments are converted first, pointers are taken last: a conversion may run user code that detaches a
//   buffer.
//   3. What a pointer points into is referenced (EnvState::Pending) until the job that uses it is done.
//   4. No N-API call off the JavaScript thread, but for the one thread-safe function of the environment.
//   5. An environment does not go before its jobs: its cleanup hook cancels them and waits for those that run
//      (a worker's heap is unmapped right after the hooks).
//   6. One native call a batch.
#pragma once

#define NAPI_VERSION 8
#define NAPI_CPP_EXCEPTIONS
// Without this, an exception that is pending while a worker is being terminated aborts the process.
#define NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS
#include <napi.h>
