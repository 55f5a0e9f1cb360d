// One pool of threads for the whole process.
//
// A job is a number of tasks that may run in any order and at once. Threads take tasks from the waiting jobs
// in turn, one task a turn, so that a long job does not starve a short one that comes later.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/codec/workspace.h"

namespace quarry {

class Job {
 public:
  virtual ~Job() = default;

  // Runs task `task`, 0 ≤ task < task_count(). Called from pool threads, for several tasks at once. Throws
  // nothing: memory that cannot be had is the job's own fault to report.
  virtual void RunTask(size_t task, Workspace& workspace) = 0;
  virtual size_t task_count() const = 0;
  // Called once, after the last task, from the thread that ran it (or from Submit() where there are no
  // tasks).
  virtual void Finish() = 0;

  // Tasks that have not begun are passed over; Finish() is still called.
  virtual void Cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }

  // Runs the whole job on the calling thread. Finish() is called.
  void RunInPlace(Workspace& workspace);

 private:
  friend class Pool;
  std::atomic<bool> cancelled_{false};
  size_t claimed_ = 0;    // guarded by Pool::mutex_
  size_t completed_ = 0;  // guarded by Pool::mutex_
};

class Pool {
 public:
  // The pool of the process, started on first use with the number of threads that was set, or one a hardware
  // thread.
  static Pool& Shared();

  explicit Pool(size_t thread_count);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  void Submit(std::shared_ptr<Job> job);
  size_t thread_count();

  // At least one. Returns when threads that are too many have ended, each after the task that it was at.
  void SetThreadCount(size_t thread_count);

  // The same for the shared pool, whether or not it has been started.
  static void SetSharedThreadCount(size_t thread_count);

 private:
  // Of the thread at `index` of threads_.
  void Work(size_t index);

  std::mutex resize_mutex_;  // taken before mutex_
  std::mutex mutex_;
  std::condition_variable work_available_;
  std::deque<std::shared_ptr<Job>> jobs_;  // those with unclaimed tasks, next turn first
  size_t wanted_threads_ = 0;              // guarded by mutex_; threads at this index and beyond end
  std::vector<std::thread> threads_;       // guarded by resize_mutex_
};

}  // namespace quarry
