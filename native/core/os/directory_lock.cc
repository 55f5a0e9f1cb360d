#include "core/os/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace quarry::os {

OsOr<std::optional<DirectoryLock>> DirectoryLock::TryTake(const std::string& path, LockMode mode) {
  int descriptor;
  do {
    descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  } while (descriptor < 0 && errno == EINTR);
  if (descriptor < 0) return std::unexpected(OsFault{errno, "open"});
  DirectoryLock lock(descriptor);

  const int operation = (mode == LockMode::kExclusive ? LOCK_EX : LOCK_SH) | LOCK_NB;
  while (::flock(descriptor, operation) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return std::nullopt;
    return std::unexpected(OsFault{errno, "flock"});
  }
  return lock;
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

DirectoryLock& DirectoryLock::operator=(DirectoryLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

DirectoryLock::~DirectoryLock() {
  if (descriptor_ < 0) return;
  // Said in words, since closing alone would leave it to a child that another thread is just about to start,
  // and that has a copy of the descriptor until it runs its program.
  ::flock(descriptor_, LOCK_UN);
  ::close(descriptor_);
}

}  // namespace quarry::os
