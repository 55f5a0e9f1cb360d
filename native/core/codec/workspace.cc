#include "core/codec/workspace.h"

#include <new>

#include "core/codec/deflate_contexts.h"
#include "core/codec/zstd_contexts.h"

namespace quarry {

namespace {
constexpr std::align_val_t kScratchAlignment{64};
}  // namespace

void Scratch::AlignedDelete::operator()(std::byte* p) const { ::operator delete(p, kScratchAlignment); }

std::byte* Scratch::Reserve(size_t bytes) {
  if (bytes <= capacity_ && memory_ != nullptr) return memory_.get();
  Release();
  // Half as much again, so that a slowly growing request does not allocate each time.
  const size_t capacity = bytes + bytes / 2 + 64;
  auto* memory = static_cast<std::byte*>(::operator new(capacity, kScratchAlignment, std::nothrow));
  if (memory == nullptr) return nullptr;
  memory_.reset(memory);
  capacity_ = capacity;
  return memory;
}

void Scratch::Release() {
  memory_.reset();
  capacity_ = 0;
}

void ZstdContextsDelete::operator()(ZstdContexts* contexts) const { delete contexts; }
void DeflateContextsDelete::operator()(DeflateContexts* contexts) const { delete contexts; }

}  // namespace quarry
