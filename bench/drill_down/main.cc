/// What a drill-down page and a nightly run cost at the size of a large company.
///
///   ri_bench_drill_down [--deals N] [--trees N] [--threads N] [--pages N]
///
/// `deals` are those of two years; about one in four is open. Pages are measured in processor time
/// of one thread, the run in wall time and in processor time of all threads. The model is `trees`
/// complete trees of depth 3 and 4 over the real columns, as eight bags of a hundred and fifty
/// would be.

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "book/book_fixture.h"
#include "book/risk_tables.h"
#include "deals/counterfactuals.h"
#include "deals/explain_change.h"
#include "deals/explain_deal.h"
#include "deals/score_payload.h"
#include "deals/similar_past_deals.h"
#include "deals/what_if.h"

namespace {

using namespace ri;         // NOLINT(google-build-using-namespace): a program of one file
using namespace ri::deals;  // NOLINT(google-build-using-namespace)

double Seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double Timed(clockid_t clock, const std::function<void()>& work) {
  const double start = Seconds(clock);
  work();
  return Seconds(clock) - start;
}

/// Wall time and processor time of all threads, in seconds.
struct Cost {
  double wall = 0;
  double processor = 0;
};

Cost CostOf(const std::function<void()>& work) {
  Cost cost;
  cost.processor =
      Timed(CLOCK_PROCESS_CPUTIME_ID, [&] { cost.wall = Timed(CLOCK_MONOTONIC, work); });
  return cost;
}

void Print(const char* what, const Cost& cost) {
  fmt::print("  {:<28} {:>8.2f} s wall {:>8.2f} s of processor\n", what, cost.wall, cost.processor);
  std::fflush(stdout);
}

/// Milliseconds of processor time per call: median and the largest but one of a hundred.
void Page(const char* what, const std::vector<std::string>& deals, double budget,
          const std::function<bool(const std::string&)>& work) {
  std::vector<double> times;
  std::size_t failed = 0;
  for (const std::string& deal : deals) {
    times.push_back(1000 * Timed(CLOCK_THREAD_CPUTIME_ID, [&] { failed += work(deal) ? 0 : 1; }));
  }
  std::ranges::sort(times);
  fmt::print("  {:<28} {:>8.3f} ms median {:>8.3f} ms p99", what, times[times.size() / 2],
             times[times.size() * 99 / 100]);
  if (budget > 0) {
    fmt::print("   budget {} ms", budget);
  }
  fmt::print("{}\n", failed > 0 ? fmt::format("   {} FAILED", failed) : "");
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t deals = 60'000;
  int trees = 1200;
  int threads = base::DefaultThreadCount();
  std::size_t pages = 100;
  for (int k = 1; k + 1 < argc; k += 2) {
    const std::string name = argv[k];
    const std::size_t value = std::stoul(argv[k + 1]);
    if (name == "--deals") {
      deals = value;
    } else if (name == "--trees") {
      trees = static_cast<int>(value);
    } else if (name == "--threads") {
      threads = static_cast<int>(value);
    } else if (name == "--pages") {
      pages = value;
    } else {
      fmt::print(stderr, "Unknown option {}; see the top of main.cc.\n", name);
      return 2;
    }
  }
  const book::testing::BookFixture fixture(
      {.seed = 3, .deals = deals, .trees = trees, .threads = threads});
  std::shared_ptr<const book::DealBook> book;
  const domain::Timestamp now = book::testing::BookFixture::Now();
  const Cost risks =
      CostOf([&] { (void)book::RiskTables::Learn(*fixture.knowledge(), now, threads); });
  const Cost scored = CostOf([&] { book = fixture.BookAt(now); });
  const std::size_t open = book->deals().size();
  fmt::print("{} deals, {} open, {} fields, {} encoded columns, {} trees, {} thread(s)\n", deals,
             open, book->table().features.size(), book->encoded().num_columns(), trees, threads);
  Print("once per version: tables", CostOf([&] { (void)book->explainer(); }));
  Print("scored", scored);
  Print("  of it tables of risks", risks);
  Result<explanations::ShapMatrix> shap;
  const Cost explained =
      CostOf([&] { shap = book->explainer().Explain(book->encoded().view(), threads); });
  if (!shap) {
    fmt::print(stderr, "{}\n", shap.error().ToString());
    return 1;
  }
  Print("explained", explained);
  base::Matrix<double> groups;
  const Cost grouped = CostOf(
      [&] { groups = explanations::FoldRows(book->explainer().groups(), shap->values.view()); });
  Print("grouped", grouped);
  std::vector<data::StoredScore> scores(open);
  const Cost packed = CostOf([&] {
    const auto columns = ColumnsOf(book->prepared().model().parts().features, book->table());
    base::ParallelFor(open, 256, threads, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        const book::ScoredDeal& deal = book->deals()[i];
        const FieldContributions contributions{
            .base_margin = shap->base_value,
            .margin = deal.margin,
            .log_odds = {shap->values.row(i).begin(), shap->values.row(i).end()}};
        scores[i] = {.deal_id = deal.deal_id,
                     .margin = deal.margin,
                     .win_probability = deal.win_probability,
                     .feature_row_hash = deal.feature_row_hash,
                     .payload = PackPayload(deal, columns, contributions, book->table(), i)};
      }
    });
  });
  std::size_t bytes = 0;
  for (const auto& score : scores) {
    bytes += score.payload.size();
  }
  Print("packed", packed);
  const Cost written = CostOf([&] {
    const auto run = fixture.workspace().store().AddScoreRun(
        {.as_of = domain::Milliseconds(now), .model_version = "", .created_at = 0}, scores);
    if (!run) {
      fmt::print("  storing: {}\n", run.error().message());
    }
  });
  Print("written", written);
  Cost total;
  for (const Cost& part : {scored, explained, grouped, packed, written}) {
    total.wall += part.wall;
    total.processor += part.processor;
  }
  Print("together", total);
  const double scale = 100'000 / static_cast<double>(std::max<std::size_t>(1, open));
  Print("per 100,000 open deals",
        {.wall = scale * total.wall, .processor = scale * total.processor});
  fmt::print("  {} bytes a deal\n", bytes / std::max<std::size_t>(1, open));

  const auto then = fixture.BookAt(now - std::chrono::days(14));
  std::vector<std::string> both;
  for (const book::ScoredDeal& deal : book->deals()) {
    if (both.size() < pages && then->Find(deal.deal_id)) {
      both.push_back(deal.deal_id);
    }
  }
  Print("once per day: past deals", CostOf([&] { (void)book->past(); }));
  Print("once per book: sweeps", CostOf([&] {
          (void)book->hypothetical();
          (void)then->hypothetical();
        }));
  if (both.empty()) {
    return 0;
  }
  Page("reasons with peers", both, 0,
       [&](const std::string& id) { return ExplainDeal(*book, id).has_value(); });
  Page("change since two weeks ago", both, 0,
       [&](const std::string& id) { return ExplainChange(*then, *book, id).has_value(); });
  Page("similar past deals", both, 0,
       [&](const std::string& id) { return FindSimilarDeals(*book, id).has_value(); });
  Page("what-if, two edits", both, 2, [&](const std::string& id) {
    return WhatIf(*book, id, {{"amount", "5000"}, {"next_step", "Call the buyer"}}).has_value();
  });
  Page("whole page", both, 5, [&](const std::string& id) {
    return ExplainDeal(*book, id) && ExplainChange(*then, *book, id) &&
           FindSimilarDeals(*book, id) && !LeversOf(*book, *book->Find(id)).empty();
  });
  return 0;
}
