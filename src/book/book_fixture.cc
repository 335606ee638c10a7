#include "book/book_fixture.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <numeric>

#include "base/assertion.h"
#include "base/random.h"
#include "features/log_builder.h"

namespace ri::book::testing {
namespace {

/// A complete tree whose thresholds are values that rows really have.
models::Tree RandomTree(base::RandomStream& random, const base::Matrix<float>& rows, int depth) {
  models::Tree tree;
  const auto grow = [&](const auto& self, int levels) -> std::int32_t {
    const auto node = static_cast<std::int32_t>(tree.left.size());
    tree.left.push_back(-1);
    tree.right.push_back(-1);
    tree.feature.push_back(0);
    tree.threshold.push_back(0);
    tree.default_left.push_back(random.Bernoulli(0.5) ? 1 : 0);
    tree.value.push_back(0);
    tree.cover.push_back(1);
    if (levels == 0) {
      tree.value[static_cast<std::size_t>(node)] = 0.15 * random.Normal();
      return node;
    }
    const std::size_t column = random.Below(rows.num_columns());
    const float value = rows(random.Below(rows.num_rows()), column);
    const std::int32_t left = self(self, levels - 1);
    const std::int32_t right = self(self, levels - 1);
    const auto at = static_cast<std::size_t>(node);
    tree.feature[at] = static_cast<std::int32_t>(column);
    tree.threshold[at] = std::isnan(value) ? 0.5F : value;
    tree.left[at] = left;
    tree.right[at] = right;
    tree.cover[at] = static_cast<double>(1U << static_cast<unsigned>(levels));
    return node;
  };
  grow(grow, depth);
  return tree;
}

}  // namespace

domain::Timestamp BookFixture::Now() {
  return domain::TimestampFromMilliseconds(features::DayTime(2025, 5, 12));
}

BookFixture::BookFixture(const FixtureOptions& options)
    : trees_(options.trees), threads_(options.threads), with_ridge_(options.with_ridge) {
  path_ = ::testing::TempDir() + "book_fixture_" + std::to_string(::getpid()) + "_" +
          std::to_string(options.seed) + ".db";
  auto opened = Workspace::Open({.database = "sqlite:" + path_});
  RI_ASSERT(opened.has_value());
  workspace_ = *std::move(opened);
  auto knowledge = std::make_shared<Knowledge>();
  knowledge->log = std::make_unique<data::EventLog>(
      features::RandomLog(options.seed, {.num_deals = options.deals}).Build());
  knowledge->engine = std::make_unique<features::FeatureEngine>(
      *knowledge->log, features::FeatureOptions{}, threads_);
  knowledge->data_sha256 = "test";
  knowledge_ = std::move(knowledge);
  auto keys = knowledge_->engine->WeeklySnapshots(domain::MakeDate(2024, 6, 3),
                                                  domain::MakeDate(2025, 2, 3));
  constexpr std::size_t kMostRows = 20'000;
  const std::size_t step = keys.size() / kMostRows + 1;
  for (std::size_t i = 0; i * step < keys.size(); ++i) {
    keys[i] = keys[i * step];
  }
  keys.resize((keys.size() + step - 1) / step);
  schema_ = knowledge_->engine->Compute(keys, threads_);
  std::vector<std::size_t> rows(keys.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  encoder_ = *models::FeatureEncoder::Fit(schema_, rows);
  const base::Matrix<float> encoded = *encoder_.Encode(schema_);
  constexpr std::size_t kBackground = 60;
  background_ = base::Matrix<float>(kBackground, encoded.num_columns());
  for (std::size_t i = 0; i < kBackground; ++i) {
    const auto from = encoded.row(i * (encoded.num_rows() / kBackground));
    std::copy(from.begin(), from.end(), background_.row(i).begin());
  }
  model_ = AnotherModel(options.seed);
}

BookFixture::~BookFixture() {
  workspace_.reset();
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(path_ + suffix);
  }
}

std::shared_ptr<const PreparedModel> BookFixture::AnotherModel(std::uint64_t seed) const {
  base::RandomStream random(seed, "book-fixture");
  models::TreeEnsemble trees{.base_margin = -0.3, .num_features = background_.num_columns()};
  for (int t = 0; t < trees_; ++t) {
    trees.trees.push_back(RandomTree(random, background_, 3 + t % 2));
  }
  models::Head head = trees;
  if (with_ridge_) {
    std::vector<double> labels;
    for (std::size_t i = 0; i < background_.num_rows(); ++i) {
      labels.push_back(random.Bernoulli(0.4) ? 1 : 0);
    }
    head = models::WeightedMeanOf(
        *models::FitRidge({background_.view(), labels, {}}, {.penalty = 3}), trees, 0.4);
  }
  const double curve = 0.9 + 0.02 * static_cast<double>(seed % 10);
  auto model =
      models::DealOutcomeModel::Assemble({.encoder = encoder_,
                                          .head = std::move(head),
                                          .calibrator = models::Calibrator::Beta(curve, 1.1, 0.1),
                                          .background = background_,
                                          .features = schema_.features});
  RI_ASSERT(model.has_value());
  LoadedModel loaded{.version = domain::ModelVersion("0123456789abcde" + std::to_string(seed % 10)),
                     .model = std::make_shared<const models::DealOutcomeModel>(*std::move(model)),
                     .family = with_ridge_ ? "ridge and trees" : "trees"};
  return std::make_shared<const PreparedModel>(std::move(loaded));
}

std::shared_ptr<const DealBook> BookFixture::BookAt(
    domain::Timestamp as_of, const std::shared_ptr<const PreparedModel>& model) const {
  ReportingAmounts amounts = *ReportingAmounts::For(*workspace_, *knowledge_->log);
  const domain::FiscalCalendar calendar = domain::FiscalCalendar::Monthly();
  const RiskTables risks = RiskTables::Learn(*knowledge_, as_of, threads_);
  auto scores = ScoreSnapshots({.knowledge = *knowledge_,
                                .model = *model,
                                .amounts = amounts,
                                .calendar = calendar,
                                .num_threads = threads_,
                                .risks = &risks},
                               knowledge_->engine->OpenAt(as_of), base::Progress::Silent());
  RI_ASSERT(scores.has_value());
  return std::make_shared<const DealBook>(DealBook::Parts{
      .knowledge = knowledge_,
      .model = model,
      .past = std::make_shared<const LazyPastDeals>(knowledge_, model, as_of, threads_),
      .moment = {.as_of = as_of, .note = ""},
      .opened_at = as_of,
      .amounts = std::move(amounts),
      .calendar = calendar,
      .scores = ByPriority(*std::move(scores), threads_),
      .num_threads = threads_});
}

}  // namespace ri::book::testing
