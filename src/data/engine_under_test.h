#pragma once

/// What the contract tests need to know of an engine. Each engine's test executable defines
/// `MakeEngineUnderTest` and is built together with store_contract_test.cc.

#include <memory>

#include "base/result.h"
#include "data/store.h"

namespace ri::data {

/// One empty database; gone when the object is destroyed.
class EngineUnderTest {
 public:
  virtual ~EngineUnderTest() = default;
  /// Another connection to the same database. Another process may call it after a fork.
  /// A write waits only briefly for another one.
  virtual Result<std::unique_ptr<Store>> Open() = 0;
};

[[nodiscard]] std::unique_ptr<EngineUnderTest> MakeEngineUnderTest();

}  // namespace ri::data
