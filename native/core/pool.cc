#include "core/pool.h"

#include <algorithm>
#include <utility>

namespace quarry {
namespace {

std::mutex shared_mutex;
size_t shared_thread_count = 0;
Pool* shared_pool = nullptr;

}  // namespace

void Job::RunInPlace(Workspace& workspace) {
  const size_t count = task_count();
  for (size_t task = 0; task < count && !cancelled(); ++task) RunTask(task, workspace);
  Finish();
}

Pool& Pool::Shared() {
  std::lock_guard lock(shared_mutex);
  if (shared_pool == nullptr) {
    size_t count = shared_thread_count;
    if (count == 0) count = std::max(1u, std::thread::hardware_concurrency());
    // Never destroyed: at process exit its threads may still be inside a job, and joining them from a static
    // destructor would hang an exit that nothing else waits for.
    shared_pool = new Pool(count);
  }
  return *shared_pool;
}

void Pool::SetSharedThreadCount(size_t thread_count) {
  std::lock_guard lock(shared_mutex);
  if (shared_pool != nullptr) shared_pool->SetThreadCount(thread_count);
  shared_thread_count = thread_count;
}

Pool::Pool(size_t thread_count) { SetThreadCount(thread_count); }

Pool::~Pool() { SetThreadCount(0); }

size_t Pool::thread_count() {
  std::lock_guard lock(resize_mutex_);
  return threads_.size();
}

void Pool::SetThreadCount(size_t thread_count) {
  std::lock_guard resize_lock(resize_mutex_);
  {
    std::lock_guard lock(mutex_);
    wanted_threads_ = thread_count;
  }
  work_available_.notify_all();
  for (; threads_.size() > thread_count; threads_.pop_back()) threads_.back().join();
  while (threads_.size() < thread_count) {
    threads_.emplace_back([this, index = threads_.size()] { Work(index); });
  }
}

void Pool::Submit(std::shared_ptr<Job> job) {
  const size_t count = job->task_count();
  if (count == 0) {
    job->Finish();
    return;
  }
  {
    std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  if (count == 1) {
    work_available_.notify_one();
  } else {
    work_available_.notify_all();
  }
}

void Pool::Work(size_t index) {
  Workspace workspace;
  std::unique_lock lock(mutex_);
  for (;;) {
    work_available_.wait(lock, [&] { return index >= wanted_threads_ || !jobs_.empty(); });
    if (index >= wanted_threads_) return;
    std::shared_ptr<Job> job = std::move(jobs_.front());
    jobs_.pop_front();
    const size_t count = job->task_count();
    const size_t task = job->claimed_++;
    size_t passed_over = 0;
    if (job->cancelled()) {
      passed_over = count - job->claimed_;
      job->claimed_ = count;
    } else if (job->claimed_ < count) {
      jobs_.push_back(job);
    }
    lock.unlock();
    if (!job->cancelled()) job->RunTask(task, workspace);
    lock.lock();
    job->completed_ += 1 + passed_over;
    if (job->completed_ == count) {
      lock.unlock();
      job->Finish();
      job.reset();
      lock.lock();
    }
  }
}

}  // namespace quarry
