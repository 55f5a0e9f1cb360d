#include "node/array_jobs.h"

namespace quarry::node {

void DeliverOutcome(EnvState& state, uint32_t job_id, std::optional<ArrayFault> outcome) {
  state.Deliver(job_id, [fault = std::move(outcome)](Napi::Env env, const Napi::Function& callback) {
    if (fault) {
      callback.Call({ToObject(env, *fault)});
    } else {
      callback.Call({});
    }
  });
}

}  // namespace quarry::node
