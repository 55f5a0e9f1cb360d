#include "node/array_jobs.h"

#include <chrono>
#include <mutex>

#include "core/array/shared_read_job.h"

namespace quarry::node {
namespace {

// Calls back with the positions of all that went well, together, and of each that did not.
struct FinishedRequests {
  std::vector<size_t> read;
  std::vector<std::pair<size_t, ArrayFault>> failed;

  void operator()(Napi::Env env, const Napi::Function& callback) const {
    if (!read.empty()) {
      const Napi::Array positions = Napi::Array::New(env, read.size());
      for (size_t i = 0; i < read.size(); ++i) {
        positions.Set(static_cast<uint32_t>(i), Napi::Number::New(env, static_cast<double>(read[i])));
      }
      callback.Call({positions});
    }
    for (const auto& [request, fault] : failed) {
      const Napi::Array position = Napi::Array::New(env, 1);
      position.Set(uint32_t{0}, Napi::Number::New(env, static_cast<double>(request)));
      callback.Call({position, ToObject(env, fault)});
    }
  }
};

// The outcomes of a shared read on their way to JavaScript. Waking its thread costs as much as decoding some
// kilobytes, on a core that decodes: so it hears no more often than this, and then of all that have finished
// since. What finishes in between waits for the next that does, which is at most one cell away.
class SharedOutcomes {
 public:
  static constexpr std::chrono::microseconds kBetweenDeliveries{250};

  SharedOutcomes(EnvState& state, size_t requests) : state_(state), left_(requests) {}

  // Before the job is submitted.
  void SetJob(uint32_t job_id) { job_id_ = job_id; }

  // From any thread, once for each request.
  void Add(size_t request, std::optional<ArrayFault> fault) {
    // Held while delivering, so that the last delivery, after which `state_` may go, comes last.
    std::lock_guard lock(mutex_);
    if (fault) {
      finished_.failed.emplace_back(request, std::move(*fault));
    } else {
      finished_.read.push_back(request);
    }
    left_ -= 1;
    const auto now = std::chrono::steady_clock::now();
    if (left_ == 0) {
      state_.Deliver(job_id_, std::exchange(finished_, {}));
    } else if (now - delivered_at_ >= kBetweenDeliveries) {
      delivered_at_ = now;
      state_.DeliverPart(job_id_, std::exchange(finished_, {}));
    }
  }

 private:
  EnvState& state_;
  uint32_t job_id_ = 0;
  std::mutex mutex_;
  size_t left_;                                           // guarded by mutex_
  FinishedRequests finished_;                             // guarded by mutex_
  std::chrono::steady_clock::time_point delivered_at_{};  // guarded by mutex_
};

}  // namespace

void DeliverOutcome(EnvState& state, uint32_t job_id, std::optional<ArrayFault> outcome) {
  state.Deliver(job_id, [fault = std::move(outcome)](Napi::Env env, const Napi::Function& callback) {
    if (fault) {
      callback.Call({ToObject(env, *fault)});
    } else {
      callback.Call({});
    }
  });
}

Napi::Value StartSharedRead(Napi::Env env, const std::shared_ptr<const LocalArray>& array,
                            std::vector<ReadRequest<BoxSelection>> requests, const Napi::Object& out_views,
                            const Napi::Function& callback) {
  EnvState& state = EnvState::Of(env);
  const auto outcomes = std::make_shared<SharedOutcomes>(state, requests.size());
  auto job = std::make_shared<SharedReadJob>(array, std::move(requests),
                                             [outcomes](size_t request, std::optional<ArrayFault> fault) {
                                               outcomes->Add(request, std::move(fault));
                                             });
  const uint32_t id = state.Register({out_views}, callback);
  outcomes->SetJob(id);
  SharedReadJob& cancellable = *job;
  state.Submit(id, std::move(job), [&cancellable](size_t nth) { cancellable.CancelRequest(nth); });
  return Napi::Number::New(env, id);
}

}  // namespace quarry::node
