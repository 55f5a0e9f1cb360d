#include "node/env_state.h"

#include <utility>

namespace quarry::node {

EnvState::EnvState(Napi::Env env) : env_(env) {
  to_js_thread_ = ThreadSafe::New(env, "quarry", 0, 1, this);
  to_js_thread_.Unref(env);
  // Hooks run last in, first out: ours is added after the thread-safe function's own, so that it still exists
  // while the last jobs deliver (rule 5).
  napi_add_env_cleanup_hook(env, OnCleanup, this);
}

uint32_t EnvState::Register(std::vector<Napi::Object> buffers, Napi::Function callback) {
  Pending pending;
  for (const Napi::Object& buffer : buffers) pending.buffers.push_back(Napi::Persistent(buffer));
  pending.callback = Napi::Persistent(callback);
  const uint32_t id = next_id_++;
  if (pending_.empty()) to_js_thread_.Ref(env_);
  pending_.emplace(id, std::move(pending));
  return id;
}

void EnvState::Submit(uint32_t id, std::shared_ptr<Job> job, std::function<void(size_t nth)> cancel_part) {
  Pending& pending = pending_.at(id);
  pending.job = job;
  pending.cancel_part = std::move(cancel_part);
  {
    std::lock_guard lock(mutex_);
    undelivered_ += 1;
  }
  Pool::Shared().Submit(std::move(job));
}

void EnvState::Cancel(uint32_t id, size_t nth) {
  const auto found = pending_.find(id);
  if (found == pending_.end() || found->second.job == nullptr) return;
  if (found->second.cancel_part) {
    found->second.cancel_part(nth);
  } else {
    found->second.job->Cancel();
  }
}

uint32_t EnvState::KeepLock(os::DirectoryLock lock) {
  const uint32_t handle = next_lock_handle_++;
  locks_.emplace(handle, std::move(lock));
  return handle;
}

bool EnvState::ReleaseLock(uint32_t handle) { return locks_.erase(handle) == 1; }

void EnvState::Deliver(uint32_t id, Completion completion) {
  Send({id, std::move(completion), true});
  // The hook may return, and this object go, as soon as the lock is released.
  std::lock_guard lock(mutex_);
  undelivered_ -= 1;
  all_delivered_.notify_all();
}

void EnvState::DeliverPart(uint32_t id, Completion completion) { Send({id, std::move(completion), false}); }

void EnvState::Send(Delivery delivery) {
  auto* sent = new Delivery(std::move(delivery));
  if (to_js_thread_.NonBlockingCall(sent) != napi_ok) delete sent;
}

void EnvState::OnDelivery(Napi::Env env, Napi::Function, EnvState* state, Delivery* raw_delivery) {
  const std::unique_ptr<Delivery> delivery(raw_delivery);
  // Null while the environment shuts down: nobody is left to be called.
  if (static_cast<napi_env>(env) == nullptr) return;
  Napi::HandleScope scope(env);
  if (!delivery->is_last) {
    delivery->completion(env, state->pending_.at(delivery->id).callback.Value());
    return;
  }
  auto node = state->pending_.extract(delivery->id);
  if (state->pending_.empty()) state->to_js_thread_.Unref(env);
  delivery->completion(env, node.mapped().callback.Value());
}

void EnvState::OnCleanup(void* raw_state) {
  auto* state = static_cast<EnvState*>(raw_state);
  for (auto& [id, pending] : state->pending_) {
    if (pending.job != nullptr) pending.job->Cancel();
  }
  std::unique_lock lock(state->mutex_);
  state->all_delivered_.wait(lock, [state] { return state->undelivered_ == 0; });
  state->locks_.clear();
}

}  // namespace quarry::node
