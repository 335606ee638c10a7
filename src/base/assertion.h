#pragma once

/// RI_ASSERT states what only our own bug can break. It stays on in every build, prints the place
/// and aborts. Never use it on input from outside: that is an Error.

namespace ri::base {

[[noreturn]] void AssertionFailed(const char* condition, const char* file, int line);

}  // namespace ri::base

#define RI_ASSERT(condition)                           \
  (static_cast<bool>(condition) ? static_cast<void>(0) \
                                : ::ri::base::AssertionFailed(#condition, __FILE__, __LINE__))
