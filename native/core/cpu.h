// What the processor that we run on can do beyond the baseline that the compiler may assume.
#pragma once

namespace quarry {

struct CpuFeatures {
  bool avx2 = false;
  bool f16c = false;
  // SSE4.2's crc32 together with PCLMULQDQ, which the interleaved CRC needs to join its streams.
  bool crc32c = false;
};

// Asked once a process, then constant.
const CpuFeatures& Cpu();

// The widest instruction set that the kernels use here: "avx2", or "none" where the portable code runs.
const char* SimdName();

}  // namespace quarry
