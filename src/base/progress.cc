#include "base/progress.h"

namespace ri::base {

void Progress::Begin(std::string_view /*stage*/, std::uint64_t /*total*/) {}
void Progress::Update(std::uint64_t /*done*/) {}
void Progress::End() {}

Progress& Progress::Silent() {
  static Progress silent;
  return silent;
}

}  // namespace ri::base
