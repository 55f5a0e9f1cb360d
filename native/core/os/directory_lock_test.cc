#include "core/os/directory_lock.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "test/temporary_directory.h"

namespace quarry::os {
namespace {

using test::TemporaryDirectory;

// Whether a lock of that mode is to be had; it is given back at once.
bool IsFree(const std::string& path, LockMode mode) {
  const auto lock = DirectoryLock::TryTake(path, mode);
  EXPECT_TRUE(lock.has_value());
  return lock.has_value() && lock->has_value();
}

TEST(DirectoryLock, AnExclusiveOneConflictsWithEveryOther) {
  const TemporaryDirectory directory;
  const auto held = DirectoryLock::TryTake(directory.path(), LockMode::kExclusive);
  ASSERT_TRUE(held && *held);
  EXPECT_FALSE(IsFree(directory.path(), LockMode::kExclusive));
  EXPECT_FALSE(IsFree(directory.path(), LockMode::kShared));
}

TEST(DirectoryLock, SharedOnesConflictWithAnExclusiveOneOnly) {
  const TemporaryDirectory directory;
  const auto held = DirectoryLock::TryTake(directory.path(), LockMode::kShared);
  ASSERT_TRUE(held && *held);
  EXPECT_TRUE(IsFree(directory.path(), LockMode::kShared));
  EXPECT_FALSE(IsFree(directory.path(), LockMode::kExclusive));
}

TEST(DirectoryLock, IsFreeAfterItsHolder) {
  const TemporaryDirectory directory;
  {
    ASSERT_TRUE(IsFree(directory.path(), LockMode::kExclusive));
  }
  EXPECT_TRUE(IsFree(directory.path(), LockMode::kExclusive));
}

TEST(DirectoryLock, MovesWithItsHolder) {
  const TemporaryDirectory directory;
  auto taken = DirectoryLock::TryTake(directory.path(), LockMode::kExclusive);
  ASSERT_TRUE(taken && *taken);
  {
    const DirectoryLock moved = std::move(**taken);
    taken->reset();
    EXPECT_FALSE(IsFree(directory.path(), LockMode::kExclusive));
  }
  EXPECT_TRUE(IsFree(directory.path(), LockMode::kExclusive));
}

TEST(DirectoryLock, IsOfOneDirectory) {
  const TemporaryDirectory one;
  const TemporaryDirectory other;
  const auto held = DirectoryLock::TryTake(one.path(), LockMode::kExclusive);
  ASSERT_TRUE(held && *held);
  EXPECT_TRUE(IsFree(other.path(), LockMode::kExclusive));
}

TEST(DirectoryLock, SaysWhyThereIsNone) {
  const TemporaryDirectory directory;
  std::ofstream(directory.path() / "file") << "x";
  const struct {
    const char* name;
    int error_number;
  } cases[] = {{"missing", ENOENT}, {"file", ENOTDIR}};
  for (const auto& [name, error_number] : cases) {
    const auto lock = DirectoryLock::TryTake(directory.path() / name, LockMode::kShared);
    ASSERT_FALSE(lock) << name;
    EXPECT_EQ(lock.error().error_number, error_number) << name;
    EXPECT_STREQ(lock.error().call, "open") << name;
  }
}

// A process of its own, which says on a pipe that it is ready, and then waits to be killed.
class WaitingChild {
 public:
  template <typename Prepare>
  explicit WaitingChild(Prepare prepare) {
    int ends[2];
    if (::pipe(ends) != 0) return;
    pid_ = ::fork();
    if (pid_ == 0) {
      // Only system calls and what `prepare` does: this is a copy of a process that may have had threads.
      const auto kept = prepare();
      const char answer = kept ? 'y' : 'n';
      if (::write(ends[1], &answer, 1) != 1) ::_exit(1);
      for (;;) ::pause();
    }
    ::close(ends[1]);
    char answer = 'n';
    is_ready_ = ::read(ends[0], &answer, 1) == 1 && answer == 'y';
    ::close(ends[0]);
  }
  ~WaitingChild() { Kill(); }

  bool is_ready() const { return is_ready_; }
  void Kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  pid_t pid_ = -1;
  bool is_ready_ = false;
};

TEST(DirectoryLock, DiesWithAProcessThatIsKilled) {
  const TemporaryDirectory directory;
  const std::string path = directory.path();
  WaitingChild child([&] {
    auto lock = DirectoryLock::TryTake(path, LockMode::kExclusive);
    return lock ? std::move(*lock) : std::nullopt;
  });
  ASSERT_TRUE(child.is_ready());
  EXPECT_FALSE(IsFree(path, LockMode::kExclusive));
  child.Kill();
  EXPECT_TRUE(IsFree(path, LockMode::kExclusive));
}

TEST(DirectoryLock, IsNotKeptByAChildThatHasACopy) {
  const TemporaryDirectory directory;
  auto held = DirectoryLock::TryTake(directory.path(), LockMode::kExclusive);
  ASSERT_TRUE(held && *held);
  const WaitingChild child([] { return std::optional<int>(0); });
  ASSERT_TRUE(child.is_ready());
  held->reset();
  EXPECT_TRUE(IsFree(directory.path(), LockMode::kExclusive));
}

}  // namespace
}  // namespace quarry::os
