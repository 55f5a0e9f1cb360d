// The workloads of bench/workloads/ done in the shortest way that the format and the machine allow: a thread
// a core, chunks decoded straight to where they belong, and no further than needed.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "memory.h"
#include "request.h"

namespace limit {

// A workload that has been prepared; Run() is what is measured, and its result is what was asked for.
using Run = std::function<Memory()>;
using Prepare = std::function<Run(const Request&)>;

const std::map<std::string, Prepare>& Workloads();

}  // namespace limit
