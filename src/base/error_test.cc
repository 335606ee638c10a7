#include "base/error.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

namespace ri::base {
namespace {

constexpr std::array kCodes = {ErrorCode::kUsage,     ErrorCode::kBadInput, ErrorCode::kNotFound,
                               ErrorCode::kRefused,   ErrorCode::kStorage,  ErrorCode::kConflict,
                               ErrorCode::kCancelled, ErrorCode::kInternal};

TEST(ErrorCode, HasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (const ErrorCode code : kCodes) {
    EXPECT_FALSE(CodeName(code).empty());
    names.insert(CodeName(code));
  }
  EXPECT_EQ(names.size(), kCodes.size());
}

// Scripts rely on these.
TEST(ErrorCode, EndsTheProgramAsTheManualSays) {
  EXPECT_EQ(ExitCode(ErrorCode::kUsage), 2);
  EXPECT_EQ(ExitCode(ErrorCode::kBadInput), 3);
  EXPECT_EQ(ExitCode(ErrorCode::kNotFound), 4);
  EXPECT_EQ(ExitCode(ErrorCode::kRefused), 5);
  EXPECT_EQ(ExitCode(ErrorCode::kStorage), 6);
  EXPECT_EQ(ExitCode(ErrorCode::kConflict), 6);
  EXPECT_EQ(ExitCode(ErrorCode::kCancelled), 130);
  EXPECT_EQ(ExitCode(ErrorCode::kInternal), 70);
}

TEST(Error, NamesItsPlacesFromTheOutside) {
  const Error error(ErrorCode::kBadInput, "The amount is no number.");
  EXPECT_EQ(error.ToString(), "The amount is no number.");
  const Error placed = error.In("line 7").In("deals.csv");
  EXPECT_EQ(placed.code(), ErrorCode::kBadInput);
  EXPECT_EQ(placed.message(), error.message());
  EXPECT_EQ(placed.ToString(), placed.context() + ": The amount is no number.");
  EXPECT_NE(placed.context().find("line 7"), std::string::npos);
  EXPECT_NE(placed.context().find("deals.csv"), std::string::npos);
}

}  // namespace
}  // namespace ri::base
