// Memory from the operating system, in huge pages where it gives them.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <span>
#include <utility>

namespace limit {

class Memory {
 public:
  Memory() = default;
  explicit Memory(size_t bytes) : bytes_(bytes) {
    // Rounded up: the last, partial huge page would be filled in small ones.
    constexpr size_t kHugePageBytes = size_t{2} << 20;
    mapped_bytes_ = (bytes + kHugePageBytes - 1) / kHugePageBytes * kHugePageBytes + kHugePageBytes;
    void* at = ::mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) throw std::bad_alloc();
    at_ = static_cast<std::byte*>(at);
#if defined(MADV_HUGEPAGE)
    ::madvise(at_, mapped_bytes_, MADV_HUGEPAGE);
#endif
  }
  Memory(Memory&& other) noexcept { *this = std::move(other); }
  Memory& operator=(Memory&& other) noexcept {
    std::swap(at_, other.at_);
    std::swap(bytes_, other.bytes_);
    std::swap(mapped_bytes_, other.mapped_bytes_);
    return *this;
  }
  ~Memory() {
    if (at_ != nullptr) ::munmap(at_, mapped_bytes_);
  }

  std::byte* data() const { return at_; }
  size_t size() const { return bytes_; }
  operator std::span<const std::byte>() const { return {at_, bytes_}; }

 private:
  std::byte* at_ = nullptr;
  size_t bytes_ = 0;
  size_t mapped_bytes_ = 0;
};

}  // namespace limit
