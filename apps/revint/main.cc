// The one executable: it only wires. Everything it can do lives in ri::cli and below.

#include <unistd.h>

#include <cstdlib>

#include "cli/run.h"

namespace {

/// XGBoost's OpenMP threads spin while they wait, which makes two processes on one machine many
/// times slower. The policy is read before main(), so it has to be set for a fresh start.
void RestartWithPassiveWaiting(char** argv) {
  if (std::getenv("OMP_WAIT_POLICY") == nullptr) {
    ::setenv("OMP_WAIT_POLICY", "passive", 1);
    ::execv("/proc/self/exe", argv);
    // Without /proc the program still works, only slower under load.
  }
}

}  // namespace

int main(int argc, char** argv) {
  RestartWithPassiveWaiting(argv);
  return ri::cli::Run(argc, argv);
}
