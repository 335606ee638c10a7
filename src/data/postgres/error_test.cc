#include "data/postgres/error.h"

#include <gtest/gtest.h>

namespace ri::data::postgres {
namespace {

// SQLSTATEs from the PostgreSQL 15 manual, appendix A.
TEST(TranslateError, MapsCodesToWhatACallerCanDo) {
  using base::ErrorCode;
  EXPECT_EQ(TranslateError("", "could not connect").code(), ErrorCode::kStorage);
  EXPECT_EQ(TranslateError("53100", "No space left on device").code(), ErrorCode::kStorage);
  EXPECT_EQ(TranslateError("57P01", "terminating connection").code(), ErrorCode::kStorage);
  EXPECT_EQ(TranslateError("28P01", "password authentication failed").code(), ErrorCode::kStorage);
  EXPECT_EQ(TranslateError("42501", "permission denied").code(), ErrorCode::kStorage);
  EXPECT_EQ(TranslateError("55P03", "lock timeout").code(), ErrorCode::kConflict);
  EXPECT_EQ(TranslateError("40001", "serialize").code(), ErrorCode::kConflict);
  EXPECT_EQ(TranslateError("23505", "duplicate key").code(), ErrorCode::kConflict);
  EXPECT_EQ(TranslateError("23503", "foreign key").code(), ErrorCode::kNotFound);
  EXPECT_EQ(TranslateError("57014", "canceling statement").code(), ErrorCode::kCancelled);
  EXPECT_EQ(TranslateError("22021", "invalid byte sequence").code(), ErrorCode::kBadInput);
  EXPECT_EQ(TranslateError("XX000", "internal").code(), ErrorCode::kStorage);
}

TEST(TranslateError, SendsWhoWritesToAStandbyToThePrimary) {
  for (const auto& [state, words] :
       {std::pair{"25006", "cannot execute INSERT in a read-only transaction"},
        std::pair{"0A000", "cannot set transaction read-write mode during recovery"}}) {
    const base::Error error = TranslateError(state, words);
    EXPECT_EQ(error.code(), base::ErrorCode::kStorage);
    EXPECT_NE(error.message().find("the primary server"), std::string::npos) << error.message();
  }
}

TEST(TranslateError, KeepsTheServersWordsWithoutTheLineEnd) {
  const std::string message = TranslateError("XX000", "something odd\n").message();
  EXPECT_NE(message.find("something odd"), std::string::npos);
  EXPECT_EQ(message.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace ri::data::postgres
