#include "explanations/kernels/instruction_set.h"

#include <algorithm>
#include <vector>

#include "base/assertion.h"

namespace ri::explanations {
namespace {

std::vector<InstructionSet> Detect() {
  std::vector<InstructionSet> sets = {InstructionSet::kBaseline};
#ifdef RI_X86_KERNELS
  if (__builtin_cpu_supports("sse4.2") != 0) {
    sets.push_back(InstructionSet::kSse42);
  }
  if (__builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0) {
    sets.push_back(InstructionSet::kAvx2);
    if (__builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
        __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0) {
      sets.push_back(InstructionSet::kAvx512);
    }
  }
#endif
  return sets;
}

}  // namespace

std::string_view NameOf(InstructionSet set) {
  switch (set) {
    case InstructionSet::kSse42:
      return "SSE4.2";
    case InstructionSet::kAvx2:
      return "AVX2";
    case InstructionSet::kAvx512:
      return "AVX-512";
    case InstructionSet::kBaseline:
      break;
  }
  return "baseline";
}

std::span<const InstructionSet> SupportedInstructionSets() {
  static const std::vector<InstructionSet> sets = Detect();
  return sets;
}

InstructionSet BestInstructionSet() { return SupportedInstructionSets().back(); }

const kernels::KernelTable& KernelsFor(InstructionSet set) {
  RI_ASSERT(std::ranges::find(SupportedInstructionSets(), set) != SupportedInstructionSets().end());
#ifdef RI_X86_KERNELS
  switch (set) {
    case InstructionSet::kSse42:
      return kernels::sse42::kTable;
    case InstructionSet::kAvx2:
      return kernels::avx2::kTable;
    case InstructionSet::kAvx512:
      return kernels::avx512::kTable;
    case InstructionSet::kBaseline:
      break;
  }
#endif
  return kernels::baseline::kTable;
}

}  // namespace ri::explanations
