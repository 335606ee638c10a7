#include "models/deal_outcome_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <vector>

#include "base/progress.h"
#include "base/random.h"
#include "models/booster.h"

namespace ri::models {
namespace {

using domain::MakeDate;
using features::FeatureKind;
using features::FeatureTable;

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

struct World {
  FeatureTable table;
  std::vector<double> labels;
  std::vector<std::uint32_t> deals;
  std::vector<std::int64_t> moments;
};

World Draw(std::size_t n) {
  base::RandomStream stream(1, "model-world");
  World world;
  world.table.features.resize(2);
  world.table.features[0].name = "ln_amount";
  world.table.features[0].sentence = "Amount of {value} \"euro\"";
  world.table.features[1].name = "stage";
  world.table.features[1].kind = FeatureKind::kCategory;
  world.table.labels = {{}, {"Demo", "Lead", "Quote"}};
  world.table.rows.resize(n);
  world.table.values = base::Matrix<float>(n, 2);
  for (std::size_t i = 0; i < n; ++i) {
    const bool missing = stream.Bernoulli(.1);
    const auto stage = static_cast<float>(stream.Below(3));
    world.table.values(i, 0) = missing ? kMissing : static_cast<float>(stream.Normal());
    world.table.values(i, 1) = stage;
    const float x = world.table.values(i, 0);
    world.labels.push_back(
        stream.Bernoulli(domain::Logistic(static_cast<double>(stage) - 1 - (missing ? 0 : x))) ? 1
                                                                                               : 0);
    world.deals.push_back(static_cast<std::uint32_t>(i));
    world.moments.push_back(static_cast<std::int64_t>(i));
  }
  return world;
}

TimeToClose Timing() {
  std::vector<TimingRecord> records;
  for (int i = 0; i < 400; ++i) {
    records.push_back({MakeDate(2024, 1, 1) + std::chrono::days(i), 0, (i * 37) % 150,
                       i % 3 == 0   ? TimingRecord::End::kWon
                       : i % 3 == 1 ? TimingRecord::End::kLost
                                    : TimingRecord::End::kOpen});
  }
  return *TimeToClose::Fit(records, domain::FiscalCalendar::Monthly(2));
}

// A full model around each kind of head.
std::vector<DealOutcomeModel> OneOfEach(const World& world) {
  std::vector<std::size_t> rows(world.labels.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  ModelParts parts;
  parts.encoder = *FeatureEncoder::Fit(world.table, rows);
  parts.features = world.table.features;
  const base::Matrix<float> encoded = *parts.encoder.Encode(world.table);
  const LabelledRows data{encoded.view(), world.labels, {}};
  parts.background = base::Matrix<float>(
      {encoded.values().begin(),
       encoded.values().begin() + static_cast<std::ptrdiff_t>(30 * encoded.num_columns())},
      30, encoded.num_columns());
  parts.timing = Timing();
  BoosterParameters booster;
  booster.rounds = 20;
  booster.min_child_weight = 5;
  std::vector<TreeEnsemble> bags;
  for (const std::uint64_t seed : {1U, 2U}) {
    booster.seed = seed;
    bags.push_back(
        TrainBooster(data, std::nullopt, booster, {}, base::Progress::Silent())->ensemble);
  }
  std::vector<DealOutcomeModel> models;
  for (const Head& head :
       {Head(BaseRate{-.7}), Head(*FitStageTable(data, world.deals, {1, 2, 3})),
        Head(*FitRidge(data, {.spline_knots = 3})),
        Head(WeightedMeanOf(*FitRidge(data, {.spline_knots = 3}), MeanOf(bags), .3)),
        Head(MeanOf(bags))}) {
    parts.head = head;
    const auto bare = DealOutcomeModel::Assemble(parts);
    EXPECT_TRUE(bare) << bare.error().message();
    const std::vector<double> margins = bare->Margins(encoded.view());
    parts.calibrator =
        FitCalibrator({margins, world.labels, {}, world.deals, world.moments})->calibrator;
    parts.band = *NeighbourBand::Fit(margins, world.labels, world.deals, 1);
    models.push_back(*DealOutcomeModel::Assemble(parts));
  }
  // The richest: trees with hazards in place of the pooled timing.
  HazardTiming hazards;
  hazards.won = std::get<TreeEnsemble>(parts.head);
  hazards.won.num_features += kNumPeriodColumns;
  hazards.won.base_margin = -3;
  hazards.lost = hazards.won;
  hazards.lost.base_margin = -2.5;
  hazards.calendar = domain::FiscalCalendar::Monthly(2);
  hazards.horizon_days = 400;
  hazards.commit_column = 0;
  parts.hazards = hazards;
  models.push_back(*DealOutcomeModel::Assemble(parts));
  // And with a correction of the in-quarter chance, upwards and far downwards.
  for (const char* quarter : {R"({"a":0.8,"b":1.1,"c":2.5,"offsets":[0.2,0,-0.1]})",
                              R"({"a":1,"b":1,"c":-3,"offsets":[0,0,0]})"}) {
    parts.quarter = *QuarterCalibrator::FromJson(quarter);
    models.push_back(*DealOutcomeModel::Assemble(parts));
  }
  return models;
}

TEST(DealOutcomeModel, EveryAnswerIsCoherent) {
  const World world = Draw(400);
  for (const DealOutcomeModel& model : OneOfEach(world)) {
    const auto rows = model.Encode(world.table);
    ASSERT_TRUE(rows);
    for (std::size_t i = 0; i < 60; ++i) {
      const DealMoment moment{MakeDate(2025, 1, 6) + std::chrono::days(i), static_cast<int>(5 * i)};
      const auto outlook = model.Look(rows->view().row(i), moment);
      ASSERT_TRUE(outlook);
      const double win = outlook->prediction().win.value();
      double won = 0;
      double lost = 0;
      for (int days = 0; days <= TimeToClose::kHorizonDays; days += 13) {
        EXPECT_GE(outlook->WonWithin(days).value(), won);
        EXPECT_GE(outlook->LostWithin(days).value(), lost);
        won = outlook->WonWithin(days).value();
        lost = outlook->LostWithin(days).value();
        EXPECT_NEAR(won + lost + outlook->OpenAfter(days).value(), 1, 1e-14);
        EXPECT_LE(won, win);
      }
      EXPECT_NEAR(outlook->WonWithin(100000).value(), win, 1e-15);
      EXPECT_NEAR(outlook->OpenAfter(100000).value(), 0, 1e-15);
      EXPECT_EQ(outlook->OpenAfter(0).value(), 1);
      const Band& band = outlook->prediction().band;
      EXPECT_LE(band.low, band.won / static_cast<double>(band.deals));
      EXPECT_GE(band.high, band.won / static_cast<double>(band.deals));
    }
  }
}

TEST(DealOutcomeModel, ABandHoldsTheProbabilityItStandsBeside) {
  const World world = Draw(600);
  for (const DealOutcomeModel& model : OneOfEach(world)) {
    ModelParts parts = model.parts();
    // Far above what the past deals of the band came to.
    parts.calibrator = parts.calibrator.Shifted(1.5);
    const auto moved = DealOutcomeModel::Assemble(std::move(parts));
    const auto rows = moved->Encode(world.table);
    std::size_t widened = 0;
    for (const Prediction& prediction : moved->Predict(rows->view(), 1)) {
      EXPECT_LE(prediction.band.low, prediction.win.value());
      EXPECT_GE(prediction.band.high, prediction.win.value());
      widened += prediction.band.high == prediction.win.value() ? 1 : 0;
    }
    EXPECT_GT(widened, 0);
  }
}

TEST(DealOutcomeModel, ManyRowsEqualOneByOneAtAnyThreadCount) {
  const World world = Draw(600);
  for (const DealOutcomeModel& model : OneOfEach(world)) {
    const auto rows = model.Encode(world.table);
    const auto one = model.Predict(rows->view(), 1);
    const auto two = model.Predict(rows->view(), 2);
    for (std::size_t i = 0; i < 600; ++i) {
      const Prediction alone = model.Predict(rows->view().row(i));
      EXPECT_EQ(one[i].margin, alone.margin);
      EXPECT_EQ(one[i].win, alone.win);
      EXPECT_EQ(one[i].band.low, alone.band.low);
      EXPECT_EQ(one[i].win, two[i].win);
    }
  }
}

TEST(DealOutcomeModel, JsonBringsBackEveryBit) {
  const World world = Draw(400);
  for (const DealOutcomeModel& model : OneOfEach(world)) {
    const std::string text = model.ToJson();
    const auto read = DealOutcomeModel::FromJson(text);
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(read->ToJson(), text);
    EXPECT_EQ(HeadName(read->parts().head), HeadName(model.parts().head));
    const auto rows = model.Encode(world.table);
    const auto rows_again = read->Encode(world.table);
    ASSERT_TRUE(rows && rows_again);
    for (std::size_t i = 0; i < 400; ++i) {
      const Prediction a = model.Predict(rows->view().row(i));
      const Prediction b = read->Predict(rows_again->view().row(i));
      EXPECT_EQ(a.margin, b.margin);
      EXPECT_EQ(a.win, b.win);
      EXPECT_EQ(a.band.high, b.band.high);
    }
    const DealMoment moment{MakeDate(2025, 5, 5), 33};
    EXPECT_EQ(model.Look(rows->view().row(0), moment)->WonWithin(50),
              read->Look(rows->view().row(0), moment)->WonWithin(50));
    EXPECT_EQ(read->parts().features[0].sentence, world.table.features[0].sentence);
    for (std::size_t i = 0; i < 30; ++i) {
      for (std::size_t j = 0; j < rows->num_columns(); ++j) {
        const float x = model.parts().background(i, j);
        const float y = read->parts().background(i, j);
        EXPECT_TRUE(x == y || (std::isnan(x) && std::isnan(y)));
      }
    }
  }
}

TEST(DealOutcomeModel, LeadsTheCurveThroughTheCorrectedQuarter) {
  const World world = Draw(200);
  const std::vector<DealOutcomeModel> models = OneOfEach(world);
  ModelParts plain = models.back().parts();
  plain.quarter = QuarterCalibrator();
  const DealOutcomeModel uncorrected = *DealOutcomeModel::Assemble(plain);
  const auto rows = uncorrected.Encode(world.table);
  ASSERT_TRUE(rows);
  // Fiscal quarters begin in February: 30 April is the last day, 24 days counted from 7 April.
  const DealMoment moment{MakeDate(2025, 4, 7), 10};
  for (std::size_t i = 0; i < 50; ++i) {
    const auto before = uncorrected.Look(rows->view().row(i), moment);
    const auto after = models.back().Look(rows->view().row(i), moment);
    ASSERT_TRUE(before && after);
    const double expected =
        std::min(models.back().parts().quarter(before->WonWithin(24), 24).value(),
                 before->prediction().win.value());
    EXPECT_NEAR(after->WonWithin(24).value(), expected, 1e-12);
    EXPECT_LT(after->WonWithin(24), before->WonWithin(24));
    EXPECT_EQ(after->prediction().win, before->prediction().win);
  }
}

TEST(DealOutcomeModel, DefaultIsAnEvenBaseRateWithoutTiming) {
  const DealOutcomeModel model;
  EXPECT_EQ(model.Predict(std::span<const float>{}).win.value(), .5);
  EXPECT_FALSE(model.Look({}, {MakeDate(2025, 1, 1), 0}));
  const auto read = DealOutcomeModel::FromJson(model.ToJson());
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->ToJson(), model.ToJson());
}

TEST(DealOutcomeModel, RefusesPartsThatDoNotFit) {
  const World world = Draw(100);
  const std::vector<DealOutcomeModel> models = OneOfEach(world);
  const auto refuses = [&](const std::function<void(ModelParts&)>& change) {
    ModelParts parts = models.back().parts();
    change(parts);
    const auto model = DealOutcomeModel::Assemble(std::move(parts));
    return !model && model.error().code() == ErrorCode::kBadInput;
  };
  EXPECT_FALSE(refuses([](ModelParts&) {}));
  EXPECT_TRUE(refuses([](ModelParts& p) { p.features.pop_back(); }));
  EXPECT_TRUE(refuses([](ModelParts& p) { p.features[0].name = "other"; }));
  EXPECT_TRUE(refuses([](ModelParts& p) { std::get<TreeEnsemble>(p.head).num_features = 9; }));
  EXPECT_TRUE(refuses([](ModelParts& p) { p.hazards->won.num_features = 9; }));
  EXPECT_TRUE(refuses([](ModelParts& p) { p.hazards->lost.num_features = 9; }));
  EXPECT_TRUE(refuses([](ModelParts& p) { p.hazards->commit_column = 99; }));
  EXPECT_TRUE(refuses([](ModelParts& p) { p.background = base::Matrix<float>(2, 1); }));
  EXPECT_TRUE(
      refuses([](ModelParts& p) { p.background(0, 0) = std::numeric_limits<float>::infinity(); }));
  EXPECT_TRUE(
      refuses([](ModelParts& p) { p.head = BaseRate{std::numeric_limits<double>::quiet_NaN()}; }));
}

TEST(DealOutcomeModel, RefusesDamagedDocuments) {
  const World world = Draw(100);
  const std::string text = OneOfEach(world).back().ToJson();
  const auto refuses = [&](const std::string& from, const std::string& to) {
    std::string damaged = text;
    const std::size_t at = damaged.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    damaged.replace(at, from.size(), to);
    const auto model = DealOutcomeModel::FromJson(damaged);
    return !model && model.error().code() == ErrorCode::kBadInput;
  };
  EXPECT_TRUE(refuses("\"format\":1", "\"format\":2"));
  EXPECT_TRUE(refuses("\"trees\"", "\"forest\""));
  EXPECT_TRUE(refuses("\"left\":[1,", "\"left\":[0,"));
  EXPECT_TRUE(refuses("\"left\":[1,", "\"left\":[99999,"));
  EXPECT_TRUE(refuses("\"left\":[1,", "\"left\":[1.5,"));
  EXPECT_TRUE(refuses("\"left\":[1,", "\"left\":[1,1,"));
  EXPECT_TRUE(refuses("\"base_margin\":", "\"base_margin\":null,\"x\":"));
  EXPECT_TRUE(refuses("\"rows\":30", "\"rows\":31"));
  EXPECT_TRUE(refuses("\"calibrator\":", "\"calibrator\":3,\"x\":"));
  EXPECT_FALSE(DealOutcomeModel::FromJson(""));
  EXPECT_FALSE(DealOutcomeModel::FromJson(text.substr(0, text.size() / 2)));
}

}  // namespace
}  // namespace ri::models
