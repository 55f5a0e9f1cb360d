// What one JavaScript environment (the main thread, or a worker) holds: its running jobs, the way back to its
// thread, and the locks that it has taken. Everything but Deliver() is called on that thread only.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "core/codec/workspace.h"
#include "core/os/directory_lock.h"
#include "core/pool.h"
#include "node/napi_setup.h"

namespace quarry::node {

class EnvState {
 public:
  // Runs on the JavaScript thread when a job is done, and calls back.
  using Completion = std::function<void(Napi::Env, const Napi::Function& callback)>;

  explicit EnvState(Napi::Env env);
  static EnvState& Of(Napi::Env env) { return *env.GetInstanceData<EnvState>(); }

  // For work that runs in place.
  Workspace& workspace() { return workspace_; }

  // Registers a job before it is submitted: `buffers` and `callback` are kept until it is done. The event
  // loop stays alive meanwhile. Returns the id by which the job is delivered and cancelled.
  uint32_t Register(std::vector<Napi::Object> buffers, Napi::Function callback);
  // Of a job that several callers wait for, `cancel_part` cancels what the nth of them asked for.
  void Submit(uint32_t id, std::shared_ptr<Job> job, std::function<void(size_t nth)> cancel_part = nullptr);
  // `nth` where the job has parts.
  void Cancel(uint32_t id, size_t nth);

  // Keeps `lock` until it is released, or the environment goes. Returns the handle to release it by.
  uint32_t KeepLock(os::DirectoryLock lock);
  // Whether there was such a lock.
  bool ReleaseLock(uint32_t handle);

  // From any thread, once a job, as the last thing that it does.
  void Deliver(uint32_t id, Completion completion);
  // The same for what is done before that, any number of times: the job goes on.
  void DeliverPart(uint32_t id, Completion completion);

 private:
  struct Pending {
    std::vector<Napi::ObjectReference> buffers;
    Napi::FunctionReference callback;
    std::shared_ptr<Job> job;                     // none until it is submitted
    std::function<void(size_t nth)> cancel_part;  // none where the job is cancelled as a whole
  };
  struct Delivery {
    uint32_t id;
    Completion completion;
    bool is_last;
  };
  static void OnDelivery(Napi::Env env, Napi::Function, EnvState* state, Delivery* delivery);
  using ThreadSafe = Napi::TypedThreadSafeFunction<EnvState, Delivery, OnDelivery>;

  static void OnCleanup(void* state);
  void Send(Delivery delivery);

  Napi::Env env_;
  ThreadSafe to_js_thread_;
  Workspace workspace_;
  std::unordered_map<uint32_t, Pending> pending_;
  uint32_t next_id_ = 1;
  std::unordered_map<uint32_t, os::DirectoryLock> locks_;
  uint32_t next_lock_handle_ = 1;

  std::mutex mutex_;
  std::condition_variable all_delivered_;
  size_t undelivered_ = 0;  // guarded by mutex_: jobs that pool threads may still touch
};

}  // namespace quarry::node
