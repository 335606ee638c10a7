// A forecast on consecutive Mondays, the waterfall between them, and people's own numbers.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "book/engines.h"
#include "data/operations_store.h"
#include "program.h"

namespace ri::end_to_end {
namespace {

using testing::HasSubstr;

constexpr const char* kAsOf = "2026-11-16";

// One company and one version, trained once for all tests of the suite.
class ForecastProgram : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<Folder>();
    folder_->RunWell({"generate", "--out", "company", "--scenario", "small-team", "--deals", "900",
                      "--seed", "5", "--as-of", kAsOf});
    folder_->RunWell({"--db", "sqlite:crm.db", "--known-at", kAsOf, "import", "company"});
    folder_->RunWell({"--db", "sqlite:crm.db", "--as-of", kAsOf, "train", "--promote-if-better"});
  }
  static void TearDownTestSuite() { folder_.reset(); }
  static Outcome Run(const std::string& as_of, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--db", "sqlite:crm.db", "--as-of", as_of});
    return folder_->Run(arguments);
  }
  static nlohmann::json Forecast(const std::string& as_of) {
    return Run(as_of, {"forecast", "--no-attribution", "--json"}).Json();
  }

  static std::unique_ptr<Folder> folder_;
};
std::unique_ptr<Folder> ForecastProgram::folder_;

double Width(const nlohmann::json& forecast) {
  return forecast["total"]["p90"].get<double>() - forecast["total"]["p10"].get<double>();
}

// The range narrows as the quarter goes by; the bound on one week is twice what the largest week of
// a company of this size was found to do when deals end in it.
TEST_F(ForecastProgram, TheStrengthOfCommonFactorsIsTheSameAllQuarterAndNoWeekHalvesTheRange) {
  double before = 0;
  nlohmann::json first;
  for (const char* monday :
       {"2026-10-05", "2026-10-12", "2026-10-19", "2026-11-02", "2026-11-09", "2026-11-16"}) {
    const nlohmann::json forecast = Forecast(monday);
    const nlohmann::json& card = forecast["card"];
    if (first.is_null()) {
      first = card;
      EXPECT_GT(card["rho_low"], 0);
      EXPECT_LT(card["rho_low"], card["rho_global"].get<double>() + card["rho_team"].get<double>());
      EXPECT_GT(card["rho_high"],
                card["rho_global"].get<double>() + card["rho_team"].get<double>());
    }
    for (const char* field : {"rho_global", "rho_team", "rho_low", "rho_high", "cohorts"}) {
      EXPECT_EQ(card[field], first[field]) << monday << " " << field;
    }
    const double width = Width(forecast);
    if (before > 0) {
      EXPECT_LT(std::fabs(std::log(width / before)), .3) << monday;
    }
    before = width;
  }
}

TEST_F(ForecastProgram, BothEndsOfAWaterfallAreTheForecastsOfTheirDays) {
  const nlohmann::json movement =
      Run(kAsOf, {"waterfall", "--from", "2026-11-09", "--to", kAsOf, "--json"}).Json();
  const std::map<std::string, nlohmann::json> ends = {{"begin", Forecast("2026-11-09")},
                                                      {"end", Forecast(kAsOf)}};
  for (const auto& [end, forecast] : ends) {
    const nlohmann::json& total = forecast["total"];
    for (const char* quantity : {"p10", "p50", "p90"}) {
      const double shown = total[quantity];
      EXPECT_NEAR(movement["quantities"][quantity][end], shown, 1e-4 * shown) << end << quantity;
    }
    if (!movement["quantities"]["quota_probability"].is_null()) {
      EXPECT_NEAR(movement["quantities"]["quota_probability"][end], total["quota_probability"],
                  2e-4)
          << end;
    }
  }
  for (const auto& [name, quantity] : movement["quantities"].items()) {
    if (quantity.is_null()) {
      continue;
    }
    double sum = quantity["begin"];
    for (const auto& [step, change] : quantity["steps"].items()) {
      sum += change.get<double>();
    }
    EXPECT_NEAR(sum, quantity["end"], 1e-9 * (1 + std::fabs(sum))) << name;
  }
}

TEST_F(ForecastProgram, SubmissionsAreJudgedByPersonAndReasonAlsoInAnotherCurrency) {
  const nlohmann::json past = Run("2026-09-14", {"forecast", "--no-attribution", "--json"}).Json();
  const double mean = past["total"]["mean"];
  const std::string currency = past["currency"];
  {
    auto operations = book::OpenOperations("sqlite:" + folder_->Path("crm.db"));
    ASSERT_TRUE(operations.has_value()) << operations.error().ToString();
    const auto user = (*operations)->AddUser({.email = "lead@example.com", .name = "A lead"});
    ASSERT_TRUE(user.has_value()) << user.error().ToString();
    const auto add = [&](double amount, const char* reason, const std::string& unit) {
      const auto minor = [](double major) { return std::llround(100 * major); };
      const auto added = (*operations)
                             ->AddSubmission({.period = past["period"],
                                              .node_id = "total",
                                              .node_name = "Whole company",
                                              .kind = "override",
                                              .amount_minor = minor(amount),
                                              .currency = unit,
                                              .reason_code = reason,
                                              .at = 1'789'000'000'000,
                                              .user_id = *user,
                                              .actor = "A lead",
                                              .model_mean = minor(mean)});
      ASSERT_TRUE(added.has_value()) << added.error().ToString();
    };
    add(mean / 2, "market", currency);
    add(2 * mean, "timing", currency);
    add(mean, "timing", "XXX");
  }
  const Outcome table = Run(kAsOf, {"submissions"});
  EXPECT_EQ(table.exit_code, 0) << table.err;
  EXPECT_THAT(table.out, HasSubstr("A lead"));
  EXPECT_THAT(table.out, HasSubstr("market"));
  EXPECT_THAT(table.out, HasSubstr("1 numbers were given in a currency without a rate"));
  const nlohmann::json report = Run(kAsOf, {"submissions", "--json"}).Json();
  ASSERT_EQ(report["people"].size(), 1U);
  EXPECT_EQ(report["people"][0]["judged"], 2);
  ASSERT_EQ(report["reasons"].size(), 2U);
  double added = 0;
  for (const nlohmann::json& reason : report["reasons"]) {
    EXPECT_EQ(reason["judged"], 1);
    added += reason["value_added"].get<double>() / 2;
  }
  EXPECT_NEAR(added, report["people"][0]["value_added"], 1e-6 * mean);
  ASSERT_EQ(report["judged"].size(), 2U);
  for (const nlohmann::json& line : report["judged"]) {
    const double outcome = line["outcome"];
    EXPECT_NEAR(line["value_added"],
                std::fabs(mean - outcome) - std::fabs(line["amount"].get<double>() - outcome), .02);
  }
}

}  // namespace
}  // namespace ri::end_to_end
