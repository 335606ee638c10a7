/// Writes cases for the comparison with ONNX Runtime: `ri_onnx_cases FOLDER` makes one folder per
/// model below FOLDER with model.onnx and case.json (named inputs, expected outputs), and for one
/// of them trees.json, the same trees for XGBoost.

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/random.h"
#include "models/booster.h"
#include "models/deal_outcome_model.h"
#include "models/onnx_export.h"
#include "models/xgboost_json_writer.h"

namespace ri::models {
namespace {

using domain::MakeDate;
using features::FeatureKind;
using features::FeatureTable;
using Json = nlohmann::json;

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();
constexpr std::size_t kTrainingRows = 1500;
constexpr std::size_t kRows = 200;

/// Two numbers with gaps, days to the promised date, and a stage that is missing at times.
FeatureTable Draw(std::size_t n, std::uint64_t seed, std::vector<std::string> stages) {
  base::RandomStream stream(seed, "onnx-cases");
  FeatureTable table;
  table.features.resize(4);
  const std::vector<std::string> names = {"log_amount", "days_in_stage", "days_to_commit", "stage"};
  for (std::size_t f = 0; f < names.size(); ++f) {
    table.features[f].name = names[f];
    table.features[f].meaning = "Drawn.";
  }
  table.features[3].kind = FeatureKind::kCategory;
  table.labels = {{}, {}, {}, std::move(stages)};
  table.rows.resize(n);
  table.values = base::Matrix<float>(n, 4);
  for (std::size_t i = 0; i < n; ++i) {
    table.values(i, 0) =
        stream.Bernoulli(.1) ? kMissing : static_cast<float>(10 + 2 * stream.Normal());
    table.values(i, 1) = stream.Bernoulli(.1) ? kMissing : static_cast<float>(stream.Below(120));
    table.values(i, 2) =
        stream.Bernoulli(.2) ? kMissing : static_cast<float>(stream.Below(200)) - 50;
    table.values(i, 3) =
        stream.Bernoulli(.1) ? kMissing : static_cast<float>(stream.Below(table.labels[3].size()));
  }
  return table;
}

struct Data {
  FeatureTable table = Draw(kTrainingRows, 1, {"Demo", "Lead", "Quote", "Trial"});
  std::vector<double> labels;
  std::vector<std::uint32_t> deals;
  std::vector<std::int64_t> moments;
};

Data MakeData() {
  Data data;
  base::RandomStream stream(2, "onnx-labels");
  for (std::size_t i = 0; i < kTrainingRows; ++i) {
    const float amount = data.table.values(i, 0);
    const float stage = data.table.values(i, 3);
    const double margin = (std::isnan(amount) ? -1 : (amount - 10) * .8) +
                          (std::isnan(stage) ? .5 : static_cast<double>(stage) - 1.5);
    data.labels.push_back(stream.Bernoulli(domain::Logistic(margin)) ? 1 : 0);
    data.deals.push_back(static_cast<std::uint32_t>(i));
    data.moments.push_back(static_cast<std::int64_t>(i));
  }
  return data;
}

TimeToClose PooledTiming() {
  std::vector<TimingRecord> records;
  for (int i = 0; i < 600; ++i) {
    records.push_back({MakeDate(2024, 1, 1) + std::chrono::days(i), 0, (i * 37) % 250,
                       i % 3 == 0   ? TimingRecord::End::kWon
                       : i % 3 == 1 ? TimingRecord::End::kLost
                                    : TimingRecord::End::kOpen});
  }
  return *TimeToClose::Fit(records, domain::FiscalCalendar::Monthly(2));
}

struct Case {
  std::string name;
  ModelParts parts;
  OnnxInputs inputs = OnnxInputs::kFeatures;
};

TreeEnsemble Trees(const LabelledRows& rows, std::uint64_t seed, int rounds) {
  BoosterParameters parameters;
  parameters.rounds = rounds;
  parameters.min_child_weight = 5;
  std::vector<TreeEnsemble> bags;
  for (const std::uint64_t bag : {0U, 1U}) {
    parameters.seed = seed + bag;
    bags.push_back(
        TrainBooster(rows, std::nullopt, parameters, {}, base::Progress::Silent())->ensemble);
  }
  return MeanOf(bags);
}

// Hazards over person-period rows of a few bins per deal, with outcomes drawn from the commitment.
HazardTiming Hazards(const base::Matrix<float>& encoded, int horizon) {
  HazardTiming hazards;
  hazards.calendar = domain::FiscalCalendar::Monthly(2);
  hazards.horizon_days = horizon;
  hazards.commit_column = 2;
  const auto bins = HorizonBins(MakeDate(2026, 3, 2), hazards.calendar, horizon);
  base::Matrix<float> rows(encoded.num_rows() * 4, encoded.num_columns() + kNumPeriodColumns);
  std::vector<double> won;
  std::vector<double> lost;
  base::RandomStream stream(3, "onnx-hazards");
  for (std::size_t i = 0; i < rows.num_rows(); ++i) {
    const HorizonBin& bin = bins[stream.Below(bins.size())];
    FillPersonPeriod(encoded.row(i / 4), bin, hazards.commit_column, rows.row(i));
    won.push_back(stream.Bernoulli(bin.days_to_quarter_end < 8 ? .4 : .1) ? 1 : 0);
    lost.push_back(stream.Bernoulli(bin.end > 60 ? .3 : .05) ? 1 : 0);
  }
  hazards.won = Trees({rows.view(), won, {}}, 11, 30);
  hazards.lost = Trees({rows.view(), lost, {}}, 21, 30);
  return hazards;
}

std::vector<Case> MakeCases(const Data& data) {
  std::vector<std::size_t> all(kTrainingRows);
  std::iota(all.begin(), all.end(), std::size_t{0});
  ModelParts plain;
  plain.encoder = *FeatureEncoder::Fit(data.table, all);
  plain.features = data.table.features;
  const base::Matrix<float> encoded = *plain.encoder.Encode(data.table);
  const LabelledRows rows{encoded.view(), data.labels, {}};
  const Calibrator beta = Calibrator::Beta(.9, 1.2, -.1, .001);
  const auto spline = Calibrator::Spline({-2, -.7, .1, .8, 2.5}, .1, -.2, {.05, -.1, .05}, .0005);
  std::vector<Case> cases;
  const auto add = [&](const std::string& name, Head head, const Calibrator& calibrator) -> Case& {
    Case& added = cases.emplace_back(Case{name, plain});
    added.parts.head = std::move(head);
    added.parts.calibrator = calibrator;
    return added;
  };
  std::vector<std::size_t> stage_columns;
  for (std::size_t c = 0; c < plain.encoder.columns().size(); ++c) {
    if (plain.encoder.columns()[c].kind != EncodedColumn::Kind::kNumber) {
      stage_columns.push_back(c);
    }
  }
  add("base-rate", BaseRate{-.7}, Calibrator::Intercept(.2, .01));
  add("stage-table", *FitStageTable(rows, data.deals, stage_columns), Calibrator());
  add("ridge", *FitRidge(rows, {}), beta);
  add("ridge-with-splines", *FitRidge(rows, {.spline_knots = 4}), spline.value_or(beta));
  const TreeEnsemble trees = Trees(rows, 1, 400);
  add("trees", trees, spline.value_or(beta));
  add("ridge-and-trees", WeightedMeanOf(*FitRidge(rows, {.spline_knots = 4}), trees, .4), beta);
  add("trees-by-columns", trees, beta).inputs = OnnxInputs::kColumns;
  add("pooled-timing", trees, beta).parts.timing = PooledTiming();
  for (const int horizon : {400, 728}) {
    Case& hazards = add("hazards-" + std::to_string(horizon), trees, beta);
    hazards.parts.hazards = Hazards(encoded, horizon);
  }
  Case& corrected = add("hazards-in-quarter", trees, beta);
  corrected.parts.hazards = cases[cases.size() - 2].parts.hazards;
  corrected.parts.quarter =
      *QuarterCalibrator::FromJson(R"({"a":0.8,"b":1.1,"c":0.6,"offsets":[0.2,0.1,-0.1]})");
  Case& pooled = add("pooled-in-quarter", trees, beta);
  pooled.parts.timing = PooledTiming();
  pooled.parts.quarter =
      *QuarterCalibrator::FromJson(R"({"a":1,"b":1,"c":-1.5,"offsets":[0,0,0.3]})");
  return cases;
}

Json Tensor(const char* type, std::vector<std::size_t> dimensions, Json values) {
  return {{"type", type}, {"dimensions", std::move(dimensions)}, {"values", std::move(values)}};
}

Json NumberOrNull(float value) {
  return std::isnan(value) ? Json(nullptr) : Json(static_cast<double>(value));
}

// Inputs by name as a client would fill them from the feature table.
Json InputsOf(const Case& test, const DealOutcomeModel& model, const FeatureTable& table) {
  Json inputs = Json::object();
  if (test.inputs == OnnxInputs::kColumns) {
    const base::Matrix<float> encoded = *model.Encode(table);
    Json values = Json::array();
    for (const float value : encoded.values()) {
      values.push_back(NumberOrNull(value));
    }
    inputs["columns"] =
        Tensor("float32", {encoded.num_rows(), encoded.num_columns()}, std::move(values));
    return inputs;
  }
  for (std::size_t f = 0; f < table.features.size(); ++f) {
    const bool category = table.features[f].kind == FeatureKind::kCategory;
    Json values = Json::array();
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      const float value = table.values(i, f);
      if (category) {
        values.push_back(std::isnan(value) ? "" : table.labels[f][static_cast<std::size_t>(value)]);
      } else {
        values.push_back(NumberOrNull(value));
      }
    }
    inputs[table.features[f].name] =
        Tensor(category ? "string" : "float32", {table.rows.size(), 1}, std::move(values));
  }
  return inputs;
}

// Days to the ends of the quarters, as the input "quarter_ends" wants them.
std::vector<int> QuarterEnds(domain::Date as_of, const domain::FiscalCalendar& calendar,
                             int horizon) {
  const domain::Date begin = calendar.PeriodOf(calendar.QuarterOf(as_of)).begin;
  std::vector<int> ends = {static_cast<int>((begin - as_of).count())};
  while (ends.back() <= horizon) {
    const domain::Date day = as_of + std::chrono::days(ends.back());
    ends.push_back(static_cast<int>((calendar.QuarterEnd(day) - as_of).count()));
  }
  return ends;
}

void AddTimingTo(const DealOutcomeModel& model, const base::Matrix<float>& encoded, Json& inputs,
                 Json& outputs) {
  const ModelParts& parts = model.parts();
  const domain::Date as_of = MakeDate(2026, 3, 16);
  const int horizon = parts.hazards ? parts.hazards->horizon_days : TimeToClose::kHorizonDays;
  const domain::FiscalCalendar& calendar =
      parts.hazards ? parts.hazards->calendar : parts.timing->calendar();
  const std::vector<int> days = {0, 1, 7, 30, 46, 47, 60, 90, 180, 399, 727, 1000};
  const std::vector<int> ends = QuarterEnds(as_of, calendar, horizon);
  inputs["horizon_days"] = Tensor("int64", {days.size()}, days);
  inputs["quarter_ends"] = Tensor("int64", {ends.size()}, ends);
  const auto age_of = [](std::size_t row) { return static_cast<int>(row * 4) - 20; };
  if (!parts.hazards) {
    Json ages = Json::array();
    for (std::size_t i = 0; i < encoded.num_rows(); ++i) {
      ages.push_back(age_of(i));
    }
    inputs["deal_age_days"] = Tensor("int64", {encoded.num_rows(), 1}, std::move(ages));
  }
  Json won = Json::array();
  Json lost = Json::array();
  Json open = Json::array();
  for (std::size_t i = 0; i < encoded.num_rows(); ++i) {
    const auto outlook = model.Look(encoded.row(i), {.as_of = as_of, .age_days = age_of(i)});
    for (const int k : days) {
      won.push_back(outlook->WonWithin(k).value());
      lost.push_back(outlook->LostWithin(k).value());
      open.push_back(outlook->OpenAfter(k).value());
    }
  }
  outputs["won_within"] = std::move(won);
  outputs["lost_within"] = std::move(lost);
  outputs["open_after"] = std::move(open);
}

void Write(const Case& test, const FeatureTable& table, const std::string& folder) {
  const auto model = DealOutcomeModel::Assemble(test.parts);
  if (!model) {
    std::fprintf(stderr, "%s: %s\n", test.name.c_str(), model.error().message().c_str());
    std::exit(1);
  }
  const auto file = ExportOnnx(*model, {.inputs = test.inputs, .version = test.name});
  if (!file) {
    std::fprintf(stderr, "%s: %s\n", test.name.c_str(), file.error().message().c_str());
    std::exit(1);
  }
  Json inputs = InputsOf(test, *model, table);
  const base::Matrix<float> encoded = *model->Encode(table);
  Json outputs = {{"margin", Json::array()}, {"win_probability", Json::array()}};
  for (const Prediction& prediction : model->Predict(encoded.view(), 1)) {
    outputs["margin"].push_back(prediction.margin.value());
    outputs["win_probability"].push_back(prediction.win.value());
  }
  if (test.parts.timing || test.parts.hazards) {
    AddTimingTo(*model, encoded, inputs, outputs);
  }
  const std::filesystem::path place = std::filesystem::path(folder) / test.name;
  std::filesystem::create_directories(place);
  std::ofstream(place / "model.onnx", std::ios::binary) << *file;
  if (const auto* trees = std::get_if<TreeEnsemble>(&test.parts.head);
      trees != nullptr && test.inputs == OnnxInputs::kColumns) {
    std::ofstream(place / "trees.json")
        << WriteXgboostJson(*trees, XgboostColumnNames(test.parts.encoder));
  }
  std::ofstream(place / "case.json") << Json{{"inputs", inputs}, {"outputs", outputs}}.dump();
}

}  // namespace
}  // namespace ri::models

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: ri_onnx_cases FOLDER\n");
    return 2;
  }
  // "Pilot" and "Audit" were not seen in training.
  const auto table =
      ri::models::Draw(ri::models::kRows, 7, {"Audit", "Demo", "Lead", "Pilot", "Quote", "Trial"});
  const ri::models::Data data = ri::models::MakeData();
  for (const ri::models::Case& test : ri::models::MakeCases(data)) {
    ri::models::Write(test, table, argv[1]);
  }
  return 0;
}
