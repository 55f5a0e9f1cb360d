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

bool Pool::SetSharedThreadCount(size_t thread_count) {
  std::lock_guard lock(shared_mutex);
  if (shared_pool != nullptr) return shared_pool->thread_count() == thread_count;
  shared_thread_count = thread_count;
  return true;
}

Pool::Pool(size_t thread_count) {
  threads_.reserve(thread_count);
  for (size_t i = 0; i < thread_count; ++i) threads_.emplace_back([this] { Work(); });
}

Pool::~Pool() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_available_.notify_all();
  for (std::thread& thread : threads_) thread.join();
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

void Pool::Work() {
  Workspace workspace;
  std::unique_lock lock(mutex_);
  for (;;) {
    work_available_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (stopping_) return;
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
