#include "deals/counterfactuals.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "book/book_fixture.h"

namespace ri::deals {
namespace {

/// The best margin over all whole-number settings of up to two movable fields: the definition.
struct Exhaustive {
  double best = 0;
  bool reaches = false;
};

Exhaustive TryEverything(const book::DealBook& book, std::size_t row,
                         const std::vector<explanations::MovableField>& fields, double target) {
  std::vector<float> changed(book.encoded().row(row).begin(), book.encoded().row(row).end());
  const std::vector<float> original = changed;
  Exhaustive result{.best = book.deals()[row].margin};
  const auto values_of = [&](const explanations::MovableField& field) {
    std::vector<float> values;
    const float present = original[field.feature];
    for (float value = std::ceil(field.low); value <= field.high; value += 1) {
      const bool allowed =
          std::isnan(present) || field.direction == explanations::MovableField::Direction::kAny ||
          (field.direction == explanations::MovableField::Direction::kUp ? value > present
                                                                         : value < present);
      if (allowed && value != present) {
        values.push_back(value);
      }
    }
    return values;
  };
  const auto look = [&] {
    const double margin = book.prepared().model().Margin(changed).value();
    result.best = std::max(result.best, margin);
    result.reaches = result.reaches || book.field_model().Calibrate(margin) >= target;
  };
  for (std::size_t a = 0; a < fields.size(); ++a) {
    for (const float first : values_of(fields[a])) {
      changed[fields[a].feature] = first;
      look();
      for (std::size_t b = a + 1; b < fields.size(); ++b) {
        for (const float second : values_of(fields[b])) {
          changed[fields[b].feature] = second;
          look();
        }
        changed[fields[b].feature] = original[fields[b].feature];
      }
    }
    changed[fields[a].feature] = original[fields[a].feature];
  }
  return result;
}

class FindCounterfactualTest : public ::testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Heads, FindCounterfactualTest, ::testing::Bool(),
                         [](const auto& head) { return head.param ? "RidgeAndTrees" : "Trees"; });

TEST_P(FindCounterfactualTest, EqualsTryingEverythingAndTouchesNothingElse) {
  const book::testing::BookFixture fixture({.seed = 5, .trees = 40, .with_ridge = GetParam()});
  const auto book = fixture.BookAt(book::testing::BookFixture::Now());
  const std::vector<std::string> actionable = ActionableFeatures();
  std::size_t reached = 0;
  std::size_t out_of_reach = 0;
  for (std::size_t row = 0; row < book->deals().size(); row += 9) {
    const book::ScoredDeal& deal = book->deals()[row];
    auto fields = MovableFieldsOf(*book, row);
    ASSERT_TRUE(fields.has_value()) << fields.error().message();
    const bool whole =
        std::ranges::all_of(*fields, [](const auto& field) { return field.whole_numbers; });
    if (!whole) {
      continue;
    }
    const double target = std::min(0.95, deal.win_probability + 0.03);
    const auto report =
        FindCounterfactual(*book, deal.deal_id, {.target = target, .most_changes = 2});
    ASSERT_TRUE(report.has_value()) << report.error().message();
    const Exhaustive all = TryEverything(*book, row, *fields, target);
    EXPECT_EQ(report->reachable, all.reaches) << deal.deal_id;
    if (!report->reachable) {
      ++out_of_reach;
      EXPECT_NEAR(report->best, book->field_model().Calibrate(all.best), 1e-12);
      EXPECT_TRUE(report->message.starts_with("Nothing"));
      continue;
    }
    ++reached;
    for (const CounterfactualOption& option : report->options) {
      EXPECT_GE(option.win_probability, target);
      EXPECT_LE(option.edits.size(), 2U);
      std::vector<float> changed(book->encoded().row(row).begin(), book->encoded().row(row).end());
      for (const CounterfactualEdit& edit : option.edits) {
        EXPECT_TRUE(std::ranges::find(actionable, edit.field) != actionable.end()) << edit.field;
        const auto& encoder = book->prepared().model().parts().encoder;
        const auto field = std::ranges::find_if(*fields, [&](const auto& candidate) {
          return encoder.feature_names()[encoder.columns()[candidate.feature].feature] ==
                 edit.field;
        });
        ASSERT_NE(field, fields->end());
        EXPECT_GE(edit.to_value, field->low);
        EXPECT_LE(edit.to_value, field->high);
        changed[field->feature] = edit.to_value;
      }
      EXPECT_NEAR(option.win_probability,
                  book->field_model().Calibrate(book->prepared().model().Margin(changed).value()),
                  1e-12);
      EXPECT_LE(option.precedents.won, option.precedents.deals);
    }
  }
  EXPECT_GT(reached + out_of_reach, 5U);
}

}  // namespace
}  // namespace ri::deals
