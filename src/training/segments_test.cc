#include "training/segments.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <string>

#include "training/company_fixture.h"

namespace ri::training {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

std::vector<std::size_t> AllRows(const TrainingMatrix& matrix) {
  std::vector<std::size_t> rows(matrix.set.rows.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return rows;
}

/// Segments whose names begin so.
std::vector<SegmentRows> Named(std::span<const SegmentRows> segments, const std::string& begin) {
  std::vector<SegmentRows> named;
  std::ranges::copy_if(segments, std::back_inserter(named),
                       [&](const SegmentRows& segment) { return segment.name.starts_with(begin); });
  return named;
}

std::size_t TotalRows(std::span<const SegmentRows> segments) {
  std::set<std::size_t> distinct;
  std::size_t total = 0;
  for (const SegmentRows& segment : segments) {
    total += segment.rows.size();
    distinct.insert(segment.rows.begin(), segment.rows.end());
  }
  EXPECT_EQ(distinct.size(), total) << "no row is in two of them";
  return total;
}

class SegmentsOfACompany : public testing::Test {
 protected:
  SegmentsOfACompany() {
    const data::EventLog log = Company({});
    const features::FeatureEngine engine(log, {}, 1);
    auto built = BuildTrainingMatrix(log, engine, {.cutoff = kCutoff});
    EXPECT_TRUE(built);
    matrix_ = *std::move(built);
  }
  [[nodiscard]] std::vector<SegmentRows> Segments() const {
    return SegmentsOf(matrix_, AllRows(matrix_), domain::FiscalCalendar::Monthly());
  }

  TrainingMatrix matrix_;
};

TEST_F(SegmentsOfACompany, LabelsSizesAndWeeksPartTheRows) {
  const std::vector<SegmentRows> segments = Segments();
  for (const char* kind : {"stage = ", "owner = ", "size: ", "weeks to quarter end: "}) {
    const std::vector<SegmentRows> named = Named(segments, kind);
    EXPECT_GE(named.size(), 2U) << kind;
    EXPECT_EQ(TotalRows(named), matrix_.set.rows.size()) << kind;
  }
}

TEST_F(SegmentsOfACompany, SizesAreThirdsInTheOrderOfTheAmount) {
  const std::vector<SegmentRows> bands = Named(Segments(), "size: ");
  ASSERT_EQ(bands.size(), 3U);
  const std::size_t amount = *matrix_.table.Find("log_amount");
  float highest_before = -std::numeric_limits<float>::infinity();
  for (const SegmentRows& band : bands) {
    float lowest = std::numeric_limits<float>::infinity();
    float highest = -lowest;
    for (const std::size_t row : band.rows) {
      lowest = std::min(lowest, matrix_.table.values(row, amount));
      highest = std::max(highest, matrix_.table.values(row, amount));
    }
    EXPECT_GT(lowest, highest_before) << band.name;
    highest_before = highest;
    const double share =
        static_cast<double>(band.rows.size()) / static_cast<double>(matrix_.set.rows.size());
    EXPECT_NEAR(share, 1.0 / 3, 0.02) << band.name;
  }
}

TEST_F(SegmentsOfACompany, WeeksAreCountedToTheEndOfTheFiscalQuarter) {
  const std::vector<SegmentRows> parts = Named(Segments(), "weeks to quarter end: ");
  ASSERT_EQ(parts.size(), 3U);
  const auto calendar = domain::FiscalCalendar::Monthly();
  for (const auto& [part, least, most] :
       {std::tuple{0, 0, 2}, std::tuple{1, 3, 6}, std::tuple{2, 7, 13}}) {
    for (const std::size_t row : parts[static_cast<std::size_t>(part)].rows) {
      domain::Date day = domain::DateOf(matrix_.set.rows[row].key.as_of);
      const domain::Quarter quarter = calendar.QuarterOf(day);
      int weeks = 0;  // whole ones that still begin in the quarter
      for (day += std::chrono::days(7); calendar.QuarterOf(day - std::chrono::days(1)) == quarter;
           day += std::chrono::days(7)) {
        ++weeks;
      }
      ASSERT_GE(weeks, least);
      ASSERT_LE(weeks, most);
    }
  }
}

TEST_F(SegmentsOfACompany, WithoutDatesThereAreNoWeeks) {
  matrix_.set.all_undated = true;
  EXPECT_TRUE(Named(Segments(), "weeks").empty());
  EXPECT_FALSE(Segments().empty());
}

/// One category and the amount, by hand.
TrainingMatrix ByHand(std::vector<std::string> labels, std::vector<float> categories,
                      const std::vector<float>& amounts) {
  TrainingMatrix matrix;
  matrix.set.all_undated = true;
  matrix.set.rows.resize(categories.size());
  matrix.table.features = {{.name = "product", .kind = features::FeatureKind::kCategory},
                           {.name = "log_amount"}};
  matrix.table.labels = {std::move(labels), {}};
  matrix.table.values = base::Matrix<float>(categories.size(), 2);
  for (std::size_t i = 0; i < categories.size(); ++i) {
    matrix.table.values(i, 0) = categories[i];
    matrix.table.values(i, 1) = amounts[i];
  }
  return matrix;
}

std::vector<std::string> NamesOf(const TrainingMatrix& matrix) {
  std::vector<std::string> names;
  for (const SegmentRows& segment :
       SegmentsOf(matrix, AllRows(matrix), domain::FiscalCalendar::Monthly())) {
    names.push_back(segment.name);
  }
  return names;
}

TEST(SegmentsOf, APartThatIsEverythingOrNothingIsNone) {
  EXPECT_TRUE(NamesOf(ByHand({"a", "b"}, {1, 1, 1}, {5, 5, 5})).empty());
  EXPECT_TRUE(NamesOf(ByHand({"a"}, {kMissing, kMissing}, {kMissing, kMissing})).empty());
  EXPECT_EQ(NamesOf(ByHand({"a", "b"}, {1, 1, kMissing}, {5, 5, kMissing})),
            (std::vector<std::string>{"product = b", "size: smallest third"}));
}

TEST(SegmentsOf, CategoriesOfManyLabelsAreTooSmallToJudge) {
  std::vector<std::string> labels;
  std::vector<float> categories;
  for (int i = 0; i < 12; ++i) {
    labels.push_back("p" + std::to_string(i));
    categories.push_back(static_cast<float>(i));
  }
  const std::vector<float> amounts(13, kMissing);
  EXPECT_EQ(NamesOf(ByHand(labels, categories, amounts)).size(), 12U);
  labels.emplace_back("one more");
  categories.push_back(12);
  EXPECT_TRUE(NamesOf(ByHand(labels, categories, amounts)).empty());
}

}  // namespace
}  // namespace ri::training
