#include "explanations/counterfactual.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "base/random.h"
#include "explanations/random_ensemble.h"

namespace ri::explanations {
namespace {

using testing::RandomEnsemble;
using testing::RandomRows;
using testing::Stump;

constexpr double kEffortTolerance = 1e-5;  // candidates are one float step from a threshold

struct Exhaustive {
  std::size_t changes = 0;  ///< 0 when nothing suffices
  double effort = std::numeric_limits<double>::infinity();
  double highest = -std::numeric_limits<double>::infinity();
};

/// Every value that could matter: thresholds lie on whole numbers, so do these and the floats just
/// below.
std::vector<float> Values(const MovableField& field) {
  std::vector<float> values = {field.low, field.high};
  for (float x = std::ceil(field.low); x <= field.high; x += 1) {
    values.push_back(x);
    values.push_back(std::nextafter(x, -100.0F));
  }
  std::erase_if(values, [&](float x) {
    return x < field.low || x > field.high || (field.whole_numbers && x != std::floor(x));
  });
  return values;
}

Exhaustive TryEverything(const models::TreeEnsemble& ensemble, const CounterfactualQuery& query) {
  Exhaustive best;
  std::vector<float> row(query.row.begin(), query.row.end());
  const auto visit = [&](auto&& self, std::size_t field, std::size_t changes,
                         double effort) -> void {
    if (field == query.fields.size()) {
      const double margin = ensemble.Margin(row);
      best.highest = std::max(best.highest, margin);
      if (margin >= query.target_margin &&
          (best.changes == 0 ||
           std::pair(changes, effort) < std::pair(best.changes, best.effort))) {
        best.changes = changes;
        best.effort = effort;
      }
      return;
    }
    self(self, field + 1, changes, effort);
    if (changes == static_cast<std::size_t>(query.most_changes)) {
      return;
    }
    const MovableField& movable = query.fields[field];
    const float from = query.row[movable.feature];
    for (const float to : Values(movable)) {
      if ((movable.direction == MovableField::Direction::kUp && to < from) ||
          (movable.direction == MovableField::Direction::kDown && to > from)) {
        continue;
      }
      row[movable.feature] = to;
      const double step =
          std::isnan(from) ? 1.0 : std::fabs(static_cast<double>(to) - from) / movable.scale;
      self(self, field + 1, changes + 1, effort + step);
    }
    row[movable.feature] = from;
  };
  visit(visit, 0, 0, 0);
  return best;
}

std::vector<MovableField> RandomFields(base::RandomStream& random) {
  std::vector<MovableField> fields;
  for (const std::size_t feature : {0U, 2U, 3U, 5U}) {
    MovableField field{.feature = feature};
    field.low = static_cast<float>(random.Below(3)) - 0.5F;
    field.high = field.low + 1 + static_cast<float>(random.Below(4));
    field.scale = 0.5 + random.Uniform();
    field.direction = static_cast<MovableField::Direction>(random.Below(3));
    field.whole_numbers = random.Bernoulli(0.3);
    fields.push_back(field);
  }
  return fields;
}

TEST(FindCounterfactuals, EqualsTryingEverything) {
  base::RandomStream random(1, "counterfactual-test");
  int found = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const auto ensemble = RandomEnsemble({.trees = 5, .depth = 4, .features = 6}, 300 + seed);
    const auto rows = RandomRows(1, 6, 0.15, 400 + seed);
    if (std::ranges::any_of(rows.row(0), [](float x) { return std::isinf(x); })) {
      continue;
    }
    const auto fields = RandomFields(random);
    const CounterfactualQuery query{
        .row = rows.row(0),
        .fields = fields,
        .target_margin = ensemble.Margin(rows.row(0)) + 4 * random.Uniform(),
        .most_changes = 1 + static_cast<int>(seed % 3)};
    const auto answer = FindCounterfactuals(ensemble, query);
    ASSERT_TRUE(answer.has_value()) << answer.error().message();
    const Exhaustive expected = TryEverything(ensemble, query);
    if (expected.changes == 0) {
      EXPECT_TRUE(answer->options.empty());
      ASSERT_TRUE(answer->highest_margin.has_value());
      EXPECT_NEAR(*answer->highest_margin, expected.highest, 1e-9) << "seed " << seed;
      continue;
    }
    ++found;
    ASSERT_FALSE(answer->options.empty()) << "seed " << seed;
    EXPECT_EQ(answer->options[0].changes.size(), expected.changes) << "seed " << seed;
    EXPECT_NEAR(answer->options[0].effort, expected.effort, kEffortTolerance) << "seed " << seed;
  }
  EXPECT_GT(found, 10);
}

TEST(FindCounterfactuals, OptionsKeepToFieldsRangesAndDirectionsAndReachTheTarget) {
  base::RandomStream random(2, "counterfactual-test");
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto ensemble = RandomEnsemble({.trees = 20, .depth = 5, .features = 8}, 500 + seed);
    const auto rows = RandomRows(1, 8, 0.1, 600 + seed);
    const auto fields = RandomFields(random);
    const CounterfactualQuery query{.row = rows.row(0),
                                    .fields = fields,
                                    .target_margin = ensemble.Margin(rows.row(0)) + 1,
                                    .most_changes = 3};
    const auto answer = FindCounterfactuals(ensemble, query);
    ASSERT_TRUE(answer.has_value());
    for (const Counterfactual& option : answer->options) {
      std::vector<float> changed(rows.row(0).begin(), rows.row(0).end());
      std::set<std::size_t> touched;
      for (const FieldChange& change : option.changes) {
        const auto field = std::ranges::find(fields, change.feature, &MovableField::feature);
        ASSERT_NE(field, fields.end());
        EXPECT_TRUE(touched.insert(change.feature).second);
        EXPECT_GE(change.to, field->low);
        EXPECT_LE(change.to, field->high);
        EXPECT_FALSE(field->direction == MovableField::Direction::kUp && change.to < change.from);
        EXPECT_FALSE(field->direction == MovableField::Direction::kDown && change.to > change.from);
        EXPECT_TRUE(!field->whole_numbers || change.to == std::floor(change.to));
        changed[change.feature] = change.to;
      }
      EXPECT_EQ(option.margin, ensemble.Margin(changed));
      EXPECT_GE(option.margin, query.target_margin);
    }
  }
}

TEST(FindCounterfactuals, ListsEverySmallestSetOnce) {
  // Field 0 alone suffices; so do 1 and 2 together; no superset of either is listed.
  const models::TreeEnsemble ensemble{
      .trees = {Stump(0, 5, 0, 2), Stump(1, 5, 0, 1), Stump(2, 5, 0, 1)},
      .base_margin = 0,
      .num_features = 3};
  const std::vector<float> row = {0, 0, 0};
  const std::vector<MovableField> fields = {{.feature = 0, .low = 0, .high = 10},
                                            {.feature = 1, .low = 0, .high = 10},
                                            {.feature = 2, .low = 0, .high = 10}};
  const auto answer = FindCounterfactuals(
      ensemble, {.row = row, .fields = fields, .target_margin = 2, .most_changes = 3});
  ASSERT_TRUE(answer.has_value());
  ASSERT_EQ(answer->options.size(), 2U);
  ASSERT_EQ(answer->options[0].changes.size(), 1U);
  EXPECT_EQ(answer->options[0].changes[0].feature, 0U);
  EXPECT_EQ(answer->options[0].changes[0].to, 5.0F);
  EXPECT_EQ(answer->options[1].changes.size(), 2U);
}

TEST(FindCounterfactuals, SaysHowFarItCouldGoWhenNothingSuffices) {
  const models::TreeEnsemble ensemble{
      .trees = {Stump(0, 5, 0, 2)}, .base_margin = -1, .num_features = 1};
  const std::vector<float> row = {0};
  const std::vector<MovableField> fields = {{.feature = 0, .low = 0, .high = 10}};
  const auto answer = FindCounterfactuals(
      ensemble, {.row = row, .fields = fields, .target_margin = 3, .most_changes = 2});
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(answer->options.empty());
  EXPECT_EQ(answer->highest_margin, 1.0);
}

TEST(FindCounterfactuals, RowThatIsThereAlreadyNeedsNoChange) {
  const models::TreeEnsemble ensemble{
      .trees = {Stump(0, 5, 0, 2)}, .base_margin = 0, .num_features = 1};
  const std::vector<float> row = {7};
  const auto answer = FindCounterfactuals(
      ensemble, {.row = row, .fields = {}, .target_margin = 2, .most_changes = 1});
  ASSERT_TRUE(answer.has_value());
  ASSERT_EQ(answer->options.size(), 1U);
  EXPECT_TRUE(answer->options[0].changes.empty());
}

TEST(FindCounterfactuals, SenselessQueriesAreRefused) {
  const models::TreeEnsemble ensemble{
      .trees = {Stump(0, 5, 0, 2)}, .base_margin = 0, .num_features = 1};
  const std::vector<float> row = {0};
  for (const MovableField& field : std::vector<MovableField>{{.feature = 1, .low = 0, .high = 1},
                                                             {.feature = 0, .low = 1, .high = 0},
                                                             {.feature = 0, .scale = 0}}) {
    const std::vector<MovableField> fields = {field};
    EXPECT_FALSE(FindCounterfactuals(ensemble, {.row = row, .fields = fields}).has_value());
  }
  EXPECT_FALSE(
      FindCounterfactuals(ensemble, {.row = row, .fields = {}, .most_changes = 4}).has_value());
}

}  // namespace
}  // namespace ri::explanations
