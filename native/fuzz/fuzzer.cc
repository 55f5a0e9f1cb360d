// What libFuzzer calls. QUARRY_FUZZ_CHECK names the check of checks.h that this program runs.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "core/chain/chain.h"
#include "core/codec/registry.h"
#include "fuzz/checks.h"
#include "fuzz/fuzz_case.h"

namespace {

constexpr unsigned kHeadMutationEvery = 64;

quarry::ByteView ViewOf(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const std::byte*>(data), size};
}

// Another digit for one of the first line's: another shape, seldom another data type.
void ChangeDigit(uint8_t* data, size_t size, unsigned random) {
  const auto* line_end = static_cast<const uint8_t*>(std::memchr(data, '\n', size));
  const size_t line_bytes = line_end == nullptr ? size : static_cast<size_t>(line_end - data);
  for (size_t tries = 0; tries < line_bytes; ++tries) {
    uint8_t& character = data[(random / 16 + tries) % line_bytes];
    if (character < '0' || character > '9') continue;
    character = static_cast<uint8_t>('0' + random % 10);
    return;
  }
}

}  // namespace

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

// `--codecs` lists what the registry knows, so that whoever makes the seeds can tell what is missing.
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  if (*argc == 2 && std::strcmp((*argv)[1], "--codecs") == 0) {
    for (const std::string_view id : quarry::CodecIds()) {
      std::printf("%.*s\n", static_cast<int>(id.size()), id.data());
    }
    std::exit(0);
  }
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned seed) {
  const auto head_bytes = quarry::fuzz::HeadBytes(ViewOf(data, size));
  if (!head_bytes || max_size <= *head_bytes) return LLVMFuzzerMutate(data, size, max_size);
  if (seed % kHeadMutationEvery == 0) ChangeDigit(data, *head_bytes, seed / kHeadMutationEvery);
  return *head_bytes + LLVMFuzzerMutate(data + *head_bytes, size - *head_bytes, max_size - *head_bytes);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto parsed = quarry::fuzz::ParseFuzzCase(ViewOf(data, size));
  if (!parsed || !quarry::Chain::Make(parsed->chunk, parsed->codecs)) return -1;  // not for the corpus
  const std::string broken = quarry::fuzz::QUARRY_FUZZ_CHECK(ViewOf(data, size));
  if (broken.empty()) return 0;
  std::fprintf(stderr, "BROKEN PROMISE: %s\n", broken.c_str());
  std::abort();
}
