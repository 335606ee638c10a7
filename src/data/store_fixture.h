#pragma once

/// The test fixture of the contract that every engine keeps: one empty database per test.

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <utility>

#include "base/progress.h"
#include "data/engine_under_test.h"
#include "data/sample_import.h"
#include "data/store.h"

namespace ri::data {

/// For writes that are expected to be refused, and for those that nothing can hold up.
inline constexpr std::chrono::milliseconds kImpatient{20};
/// For writes that must get their turn.
inline constexpr std::chrono::milliseconds kPatient{60000};

class StoreContract : public ::testing::Test {
 protected:
  void SetUp() override {
    engine_ = MakeEngineUnderTest();
    ASSERT_NE(engine_, nullptr);
    store_ = Reopen();
    ASSERT_NE(store_, nullptr);
  }

  std::unique_ptr<Store> Reopen() {
    auto store = engine_->Open(kImpatient);
    EXPECT_TRUE(store.has_value()) << store.error().ToString();
    return store.has_value() ? *std::move(store) : nullptr;
  }

  static EventLog Load(Store& store, const LoadOptions& options = {}) {
    auto log = store.Load(options, base::Progress::Silent());
    EXPECT_TRUE(log.has_value()) << log.error().ToString();
    return log.has_value() ? *std::move(log) : EventLog();
  }

  static Batch MustImport(Store& store, const SampleImport& sample) {
    auto batch = Import(store, sample);
    EXPECT_TRUE(batch.has_value()) << batch.error().ToString();
    return batch.has_value() ? *std::move(batch) : Batch();
  }

  std::unique_ptr<EngineUnderTest> engine_;
  std::unique_ptr<Store> store_;
};

}  // namespace ri::data
