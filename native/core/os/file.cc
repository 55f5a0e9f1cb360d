#include "core/os/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <random>
#include <utility>

namespace quarry::os {
namespace {

std::unexpected<OsFault> Failed(const char* call) { return std::unexpected(OsFault{errno, call}); }

// Linux transfers at most 0x7ffff000 bytes a call, macOS refuses more than INT_MAX.
constexpr size_t kTransferBytesMax = size_t{1} << 30;

OsOr<void> MakeParentDirectories(const std::string& path) {
  for (size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    const std::string directory = path.substr(0, slash);
    if (::mkdir(directory.c_str(), 0777) != 0 && errno != EEXIST && errno != EISDIR) return Failed("mkdir");
  }
  return {};
}

// Looks at `path`, which open() did not find, or at the directory nearest to it.
OsOr<void> RefuseLinkToNothing(std::string path) {
  struct stat status;
  while (::lstat(path.c_str(), &status) != 0) {
    if (errno != ENOENT && errno != ENOTDIR) return Failed("lstat");
    const size_t slash = path.rfind('/');
    if (slash == 0 || slash == std::string::npos) return {};
    path.resize(slash);
  }
  if (S_ISLNK(status.st_mode) && ::stat(path.c_str(), &status) != 0) return Failed("stat");
  return {};
}

std::string PartialName(const std::string& path) {
  // Unique among the processes that may write to one store: a random start a process, then a counter.
  static const uint64_t process_seed = (uint64_t{std::random_device{}()} << 32) | std::random_device{}();
  static std::atomic<uint64_t> counter{0};
  char suffix[32];
  std::snprintf(suffix, sizeof suffix, ".%016llx.partial",
                static_cast<unsigned long long>(process_seed + counter.fetch_add(1)));
  return path + suffix;
}

}  // namespace

ReadableFile::ReadableFile(ReadableFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), identity_(other.identity_) {}

ReadableFile& ReadableFile::operator=(ReadableFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(identity_, other.identity_);
  return *this;
}

ReadableFile::~ReadableFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

OsOr<ReadableFile> ReadableFile::Open(const std::string& path) {
  ReadableFile file;
  do {
    // Not blocking, so that a named pipe in a store cannot hold the thread; for a regular file it means
    // nothing.
    file.descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  } while (file.descriptor_ < 0 && errno == EINTR);
  if (file.descriptor_ < 0) {
    if (errno != ENOENT) return Failed("open");
    if (auto absent = RefuseLinkToNothing(path); !absent) return std::unexpected(absent.error());
    return file;
  }
  struct stat status;
  if (::fstat(file.descriptor_, &status) != 0) return Failed("fstat");
  if (S_ISDIR(status.st_mode)) return std::unexpected(OsFault{EISDIR, "open"});
  if (!S_ISREG(status.st_mode)) return std::unexpected(OsFault{EINVAL, "open"});
#if defined(__APPLE__)
  const timespec modified = status.st_mtimespec;
#else
  const timespec modified = status.st_mtim;
#endif
  file.identity_ = {
      .device = static_cast<uint64_t>(status.st_dev),
      .inode = static_cast<uint64_t>(status.st_ino),
      .size_bytes = static_cast<uint64_t>(status.st_size),
      .modified_ns = static_cast<int64_t>(modified.tv_sec) * 1'000'000'000 + modified.tv_nsec,
  };
  return file;
}

OsOr<size_t> ReadableFile::ReadAt(uint64_t offset_bytes, MutableBytes out) const {
  size_t done = 0;
  while (done < out.size()) {
    const size_t wanted = std::min(out.size() - done, kTransferBytesMax);
    const ssize_t got =
        ::pread(descriptor_, out.data() + done, wanted, static_cast<off_t>(offset_bytes + done));
    if (got < 0) {
      if (errno == EINTR) continue;
      return Failed("pread");
    }
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  return done;
}

NewFile::NewFile(NewFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      size_bytes_(other.size_bytes_),
      path_(std::move(other.path_)),
      partial_path_(std::exchange(other.partial_path_, {})) {}

NewFile& NewFile::operator=(NewFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(size_bytes_, other.size_bytes_);
  std::swap(path_, other.path_);
  std::swap(partial_path_, other.partial_path_);
  return *this;
}

NewFile::~NewFile() { Discard(); }

void NewFile::Discard() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  if (!partial_path_.empty()) ::unlink(std::exchange(partial_path_, {}).c_str());
}

OsOr<NewFile> NewFile::Create(std::string path) {
  NewFile file;
  const std::string partial_path = PartialName(path);
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
  file.descriptor_ = ::open(partial_path.c_str(), kFlags, 0666);
  if (file.descriptor_ < 0 && errno == ENOENT) {
    if (auto made = MakeParentDirectories(path); !made) return std::unexpected(made.error());
    file.descriptor_ = ::open(partial_path.c_str(), kFlags, 0666);
  }
  if (file.descriptor_ < 0) return Failed("open");
  file.path_ = std::move(path);
  file.partial_path_ = partial_path;
  return file;
}

OsOr<void> NewFile::WriteAt(uint64_t offset_bytes, ByteView bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    const size_t wanted = std::min(bytes.size() - done, kTransferBytesMax);
    const ssize_t put =
        ::pwrite(descriptor_, bytes.data() + done, wanted, static_cast<off_t>(offset_bytes + done));
    if (put < 0) {
      if (errno == EINTR) continue;
      return Failed("pwrite");
    }
    done += static_cast<size_t>(put);
  }
  return {};
}

OsOr<void> NewFile::Append(ByteView bytes) {
  if (auto written = WriteAt(size_bytes_, bytes); !written) return written;
  size_bytes_ += bytes.size();
  return {};
}

OsOr<void> NewFile::Close(bool sync) {
  if (sync && ::fsync(descriptor_) != 0) return Failed("fsync");
  // A failed close() has released the descriptor all the same (Linux), so it is not tried again.
  if (::close(std::exchange(descriptor_, -1)) != 0 && errno != EINTR) return Failed("close");
  return {};
}

OsOr<void> NewFile::Publish() {
  if (::rename(partial_path_.c_str(), path_.c_str()) != 0) return Failed("rename");
  partial_path_.clear();
  return {};
}

OsOr<void> RemoveFile(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR) return Failed("unlink");
  return {};
}

int64_t FileClockNs() {
  timespec now;
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

}  // namespace quarry::os
