// Runs the core's jobs of reading and writing for JavaScript: in place or on the pool, and tells how they
// ended.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/array/box_selection.h"
#include "core/array/local_array.h"
#include "core/array/read_job.h"
#include "core/array/write_job.h"
#include "node/env_state.h"
#include "node/faults.h"
#include "node/napi_setup.h"

namespace quarry::node {

// Calls the callback of `job_id` back, with the fault if there is one. From any thread.
void DeliverOutcome(EnvState& state, uint32_t job_id, std::optional<ArrayFault> outcome);

// A read that decodes no more than `in_place_bytes_max` bytes runs at once: returns undefined or its fault.
// Otherwise returns the job's id, and calls back. `out_view` holds the request's memory and is kept until
// then.
template <Selection S>
Napi::Value StartRead(Napi::Env env, const std::shared_ptr<const LocalArray>& array, ReadRequest<S> request,
                      const Napi::Object& out_view, double in_place_bytes_max,
                      const Napi::Function& callback) {
  EnvState& state = EnvState::Of(env);
  // Set before the job runs, by whichever of the two ways it does.
  struct Outcome {
    uint32_t job_id = 0;
    std::optional<ArrayFault> in_place_fault;
  };
  const auto outcome = std::make_shared<Outcome>();
  auto done = [&state, outcome](std::optional<ArrayFault> fault) {
    if (outcome->job_id == 0) {
      outcome->in_place_fault = std::move(fault);
      return;
    }
    DeliverOutcome(state, outcome->job_id, std::move(fault));
  };
  auto job = std::make_shared<ReadJob<S>>(array, std::move(request), std::move(done));
  if (static_cast<double>(job->decoded_bytes()) <= in_place_bytes_max) {
    job->RunInPlace(state.workspace());
    if (outcome->in_place_fault) return ToObject(env, *outcome->in_place_fault);
    return env.Undefined();
  }
  outcome->job_id = state.Register({out_view}, callback);
  state.Submit(outcome->job_id, std::move(job));
  return Napi::Number::New(env, outcome->job_id);
}

// Returns the job's id, and calls back with the positions of requests that are finished and, if they have
// one, their fault; with each request once. `out_views`, the array of all that hold the requests' memory, is
// kept until the last.
Napi::Value StartSharedRead(Napi::Env env, const std::shared_ptr<const LocalArray>& array,
                            std::vector<ReadRequest<BoxSelection>> requests, const Napi::Object& out_views,
                            const Napi::Function& callback);

// Returns the job's id, and calls back. `source_view` holds the request's memory and is kept until then.
template <Selection S>
Napi::Value StartWrite(Napi::Env env, const std::shared_ptr<const LocalArray>& array, WriteRequest<S> request,
                       const Napi::Object& source_view, const Napi::Function& callback) {
  EnvState& state = EnvState::Of(env);
  const uint32_t id = state.Register({source_view}, callback);
  auto done = [&state, id](std::optional<ArrayFault> fault) { DeliverOutcome(state, id, std::move(fault)); };
  state.Submit(id, std::make_shared<WriteJob<S>>(array, std::move(request), std::move(done)));
  return Napi::Number::New(env, id);
}

}  // namespace quarry::node
