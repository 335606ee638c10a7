#pragma once

/// What the contract tests need to know of an engine. Each engine's test executable defines
/// `MakeEngineUnderTest` and is built together with the store_*_test.cc files.

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "data/open_store.h"
#include "data/store.h"

namespace ri::data {

/// One empty database; gone when the object is destroyed.
class EngineUnderTest {
 public:
  virtual ~EngineUnderTest() = default;
  /// Another connection to the same database, whose writes wait up to `lock_wait` for another one.
  /// Another process may call it after a fork.
  virtual Result<std::unique_ptr<Store>> Open(std::chrono::milliseconds lock_wait) = 0;
  /// The engine, and the place of this database as its functions take it.
  [[nodiscard]] virtual Engine engine() const = 0;
  [[nodiscard]] virtual std::string place() const = 0;
};

[[nodiscard]] std::unique_ptr<EngineUnderTest> MakeEngineUnderTest();

}  // namespace ri::data
