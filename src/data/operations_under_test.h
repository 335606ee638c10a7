#pragma once

/// What operations_store_test.cc needs to know of an engine.

#include <memory>

#include "data/operations_store.h"

namespace ri::data {

/// An empty database, gone when the object is destroyed.
class OperationsUnderTest {
 public:
  virtual ~OperationsUnderTest() = default;
  /// Another connection to it; null when it cannot be opened.
  virtual std::unique_ptr<OperationsStore> Open() = 0;
};

[[nodiscard]] std::unique_ptr<OperationsUnderTest> MakeOperationsUnderTest();

}  // namespace ri::data
