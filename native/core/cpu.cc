#include "core/cpu.h"

namespace quarry {

namespace {

CpuFeatures Detect() {
  CpuFeatures features;
#if defined(__x86_64__)
  __builtin_cpu_init();
  // These answers include whether the operating system saves the wide registers.
  features.avx2 = __builtin_cpu_supports("avx2");
  features.f16c = __builtin_cpu_supports("f16c");
  features.crc32c = __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul");
#endif
  return features;
}

}  // namespace

const CpuFeatures& Cpu() {
  static const CpuFeatures features = Detect();
  return features;
}

const char* SimdName() { return Cpu().avx2 ? "avx2" : "none"; }

}  // namespace quarry
