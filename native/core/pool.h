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
  // The pool of the process, started on first use with the number of threads last set by SetThreadCount().
  static Pool& Shared();

  explicit Pool(size_t thread_count);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  void Submit(std::shared_ptr<Job> job);
  size_t thread_count() const { return threads_.size(); }

  // Takes effect if the shared pool has not been started yet; 0 means one a hardware thread. Returns whether
  // it did.
  static bool SetSharedThreadCount(size_t thread_count);

 private:
  void Work();

  std::mutex mutex_;
  std::condition_variable work_available_;
  std::deque<std::shared_ptr<Job>> jobs_;  // those with unclaimed tasks, next turn first
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace quarry
