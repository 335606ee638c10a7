#include "base/assertion.h"

#include <cstdio>
#include <cstdlib>

namespace ri::base {

void AssertionFailed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "revint: internal check failed at %s:%d: %s\n", file, line, condition);
  std::abort();
}

}  // namespace ri::base
