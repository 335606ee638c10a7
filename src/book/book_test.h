#pragma once

/// What tests of use cases on one book start from: one company and its book, made once per suite.

#include <gtest/gtest.h>

#include <memory>

#include "book/book_fixture.h"

namespace ri::book::testing {

/// Suites run one after the other, so that they may share the two pointers.
class BookTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    fixture_ = std::make_unique<BookFixture>();
    book_ = fixture_->BookAt(BookFixture::Now());
  }
  static void TearDownTestSuite() {
    book_.reset();
    fixture_.reset();
  }

  inline static std::unique_ptr<BookFixture> fixture_;
  inline static std::shared_ptr<const DealBook> book_;
};

}  // namespace ri::book::testing
