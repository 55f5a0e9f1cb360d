#include "core/pool.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

namespace quarry {
namespace {

// Counts its tasks, and calls `each` in every one.
class CountingJob final : public Job {
 public:
  explicit CountingJob(
      size_t tasks, std::function<void(size_t)> each = [](size_t) {})
      : each_(std::move(each)), runs_(tasks) {}

  size_t task_count() const override { return runs_.size(); }
  void RunTask(size_t task, Workspace&) override {
    runs_[task].fetch_add(1);
    each_(task);
  }
  void Finish() override { finished_.set_value(); }

  void Wait() { finished_.get_future().wait(); }
  int runs(size_t task) const { return runs_[task]; }
  int total() const {
    int total = 0;
    for (const auto& runs : runs_) total += runs;
    return total;
  }

 private:
  std::function<void(size_t)> each_;
  std::vector<std::atomic<int>> runs_;
  std::promise<void> finished_;
};

TEST(Pool, RunsEveryTaskOfEveryJobOnce) {
  Pool pool(4);
  std::vector<std::shared_ptr<CountingJob>> jobs;
  for (size_t tasks : {1u, 2u, 1000u, 17u}) {
    jobs.push_back(std::make_shared<CountingJob>(tasks));
    pool.Submit(jobs.back());
  }
  for (const auto& job : jobs) {
    job->Wait();
    for (size_t task = 0; task < job->task_count(); ++task) EXPECT_EQ(job->runs(task), 1);
  }
}

TEST(Pool, FinishesAJobWithoutTasks) {
  Pool pool(1);
  const auto job = std::make_shared<CountingJob>(0);
  pool.Submit(job);
  job->Wait();
}

TEST(Pool, GivesALaterJobItsTurnBeforeALongOneEnds) {
  Pool pool(1);
  std::latch later_is_waiting(1);
  std::atomic<bool> later_done = false;
  std::atomic<int> after_later = 0;
  const auto longer = std::make_shared<CountingJob>(100, [&](size_t task) {
    if (task == 0) later_is_waiting.wait();
    if (later_done) after_later += 1;
  });
  pool.Submit(longer);
  const auto later = std::make_shared<CountingJob>(1, [&](size_t) { later_done = true; });
  pool.Submit(later);
  later_is_waiting.count_down();
  longer->Wait();
  EXPECT_GE(after_later, 98);
}

TEST(Pool, PassesOverTheTasksOfACancelledJobAndFinishesIt) {
  Pool pool(2);
  std::shared_ptr<CountingJob> job;
  job = std::make_shared<CountingJob>(10000, [&](size_t task) {
    if (task == 3) job->Cancel();
  });
  pool.Submit(job);
  job->Wait();
  EXPECT_LT(job->total(), 10);
  job.reset();
}

TEST(Pool, RunsAJobInPlace) {
  CountingJob job(5);
  Workspace workspace;
  job.RunInPlace(workspace);
  EXPECT_EQ(job.total(), 5);
  job.Wait();
}

TEST(Pool, GrowsAndShrinksWhileItWorks) {
  Pool pool(1);
  std::vector<std::shared_ptr<CountingJob>> jobs;
  for (const size_t threads : {3, 1, 5, 2, 1}) {
    for (int i = 0; i < 4; ++i) {
      jobs.push_back(std::make_shared<CountingJob>(50, [](size_t) { std::this_thread::yield(); }));
      pool.Submit(jobs.back());
    }
    pool.SetThreadCount(threads);
    EXPECT_EQ(pool.thread_count(), threads);
  }
  for (const auto& job : jobs) {
    job->Wait();
    EXPECT_EQ(job->total(), 50);
  }
}

}  // namespace
}  // namespace quarry
