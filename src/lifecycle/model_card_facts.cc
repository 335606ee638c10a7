#include "lifecycle/model_card_facts.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "domain/date.h"

namespace ri::lifecycle {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double NumberAt(const Json& object, const char* name) {
  return object.is_object() && object.contains(name) && object[name].is_number()
             ? object[name].get<double>()
             : kNone;
}

std::size_t CountAt(const Json& object, const char* name) {
  const double value = NumberAt(object, name);
  return value >= 0 ? static_cast<std::size_t>(value) : 0;
}

std::string TextAt(const Json& object, const char* name) {
  return object.is_object() && object.contains(name) && object[name].is_string()
             ? object[name].get<std::string>()
             : "";
}

CardEstimate EstimateAt(const Json& object, const char* name) {
  const Json estimate = object.is_object() && object.contains(name) ? object[name] : Json();
  return {NumberAt(estimate, "value"), NumberAt(estimate, "low"), NumberAt(estimate, "high")};
}

const Json& ListAt(const Json& object, const char* name) {
  static const Json kEmpty = Json::array();
  return object.is_object() && object.contains(name) && object[name].is_array() ? object[name]
                                                                                : kEmpty;
}

std::vector<double> NumbersAt(const Json& object, const char* name) {
  std::vector<double> numbers;
  for (const Json& entry : ListAt(object, name)) {
    numbers.push_back(entry.is_number() ? entry.get<double>() : kNone);
  }
  return numbers;
}

CardFigures FiguresOf(const Json& document, std::string title, std::string meaning) {
  CardFigures figures{.title = std::move(title), .meaning = std::move(meaning)};
  figures.rows = CountAt(document, "rows");
  figures.clusters = CountAt(document, "clusters");
  figures.base_rate = NumberAt(document, "base_rate");
  figures.baseline = TextAt(document, "baseline");
  figures.log_loss = EstimateAt(document, "log_loss");
  figures.baseline_log_loss = EstimateAt(document, "baseline_log_loss");
  figures.auc = EstimateAt(document, "auc");
  figures.brier = EstimateAt(document, "brier");
  figures.miscalibration = NumberAt(document, "miscalibration");
  figures.discrimination = NumberAt(document, "discrimination");
  figures.uncertainty = NumberAt(document, "uncertainty");
  figures.calibration_error = NumberAt(document, "calibration_error");
  figures.raw_calibration_error = NumberAt(document, "raw_calibration_error");
  figures.calibration_error_floor = NumberAt(document, "calibration_error_floor");
  figures.slope = NumberAt(document, "slope");
  figures.slope_error = NumberAt(document, "slope_error");
  figures.level = NumberAt(document, "level");
  figures.level_error = NumberAt(document, "level_error");
  for (const Json& step : ListAt(document, "curve")) {
    figures.curve.push_back({NumberAt(step, "from"), NumberAt(step, "to"),
                             NumberAt(step, "observed"), NumberAt(step, "weight")});
  }
  if (document.contains("consistency_band") && document["consistency_band"].is_object()) {
    figures.band_forecast = NumbersAt(document["consistency_band"], "forecast");
    figures.band_low = NumbersAt(document["consistency_band"], "low");
    figures.band_high = NumbersAt(document["consistency_band"], "high");
  }
  return figures;
}

void ReadJudgements(const Json& evaluation, CardFacts& facts) {
  for (const auto& [key, title, meaning] :
       {std::tuple{"out_of_time", "At past moments",
                   "Trained with what was known then, judged on what came after."},
        {"later", "After the cutoff", "Outcomes the training never saw."},
        {"in_quarter", "Won before the quarter ends",
         "All past snapshots whose quarter has ended, whatever became of the deal."},
        {"slip", "Still open after the promised day",
         "All past snapshots whose promised day has passed."}}) {
    if (evaluation.contains(key) && evaluation[key].is_object()) {
      facts.figures.push_back(FiguresOf(evaluation[key], title, meaning));
    }
  }
  for (const Json& entry : ListAt(evaluation, "comparisons")) {
    facts.comparisons.push_back({TextAt(entry, "name"), CountAt(entry, "rows"),
                                 EstimateAt(entry, "log_loss"), EstimateAt(entry, "difference"),
                                 NumberAt(entry, "auc"), NumberAt(entry, "calibration_error")});
  }
  for (const Json& entry : ListAt(evaluation, "segments")) {
    facts.segments.push_back({TextAt(entry, "segment"), CountAt(entry, "deals"),
                              CountAt(entry, "rows"), NumberAt(entry, "told"),
                              NumberAt(entry, "observed"), NumberAt(entry, "log_loss"),
                              NumberAt(entry, "baseline_log_loss"), NumberAt(entry, "p_value")});
  }
  for (const Json& entry : ListAt(evaluation, "ladder")) {
    facts.candidates.push_back({TextAt(entry, "name"), NumberAt(entry, "log_loss"),
                                NumberAt(entry, "excess"), NumberAt(entry, "excess_error"),
                                entry.value("chosen", false)});
  }
  for (const Json& entry : ListAt(evaluation, "gates")) {
    CardGate gate{.id = TextAt(entry, "id"),
                  .question = TextAt(entry, "question"),
                  .answer = "",
                  .evidence = TextAt(entry, "evidence"),
                  .passed = entry.value("passed", false),
                  .blocking = entry.value("blocking", true)};
    gate.answer = gate.passed ? "yes" : gate.blocking ? "no" : "no, and it is shown";
    if (gate.id == "G1") {
      facts.excluded_features = gate.evidence;
    }
    facts.gates.push_back(std::move(gate));
  }
  for (const Json& note : ListAt(evaluation, "notes")) {
    facts.notes.push_back(note.is_string() ? note.get<std::string>() : note.dump());
  }
}

void ReadFeatures(const Json& artifact, CardFacts& facts) {
  if (!artifact.is_object() || !artifact.contains("encoder")) {
    return;
  }
  const Json& names = ListAt(artifact["encoder"], "features");
  std::set<std::size_t> used;
  for (const Json& column : ListAt(artifact["encoder"], "columns")) {
    used.insert(CountAt(column, "feature"));
  }
  for (const std::size_t feature : used) {
    if (feature < names.size() && names[feature].is_string()) {
      facts.features.push_back(names[feature].get<std::string>());
    }
  }
}

}  // namespace

Result<CardFacts> ReadCardFacts(const data::StoredModel& model) {
  const Json evaluation = Json::parse(model.evaluation, nullptr, false);
  const Json manifest = Json::parse(model.manifest, nullptr, false);
  if (!evaluation.is_object() || !manifest.is_object()) {
    return Fail(ErrorCode::kStorage,
                "The stored evaluation of version " + model.version + " cannot be read.");
  }
  CardFacts facts;
  facts.version = model.version;
  facts.made = domain::FormatTimestamp(domain::TimestampFromMilliseconds(model.created_at));
  facts.cutoff = TextAt(manifest, "cutoff");
  facts.calendar = TextAt(manifest, "calendar");
  facts.code = TextAt(manifest, "code");
  facts.data_sha256 = TextAt(manifest, "data_sha256");
  facts.catalogue_sha256 = TextAt(manifest, "catalogue_sha256");
  if (manifest.contains("libraries")) {
    facts.xgboost = TextAt(manifest["libraries"], "xgboost");
  }
  facts.parameters = manifest.contains("parameters") ? manifest["parameters"].dump() : "";
  facts.family = TextAt(evaluation, "family");
  facts.refusal = TextAt(evaluation, "refusal");
  const Json counts = evaluation.contains("counts") ? evaluation["counts"] : Json::object();
  facts.closed = CountAt(counts, "closed_deals");
  facts.won = CountAt(counts, "won_deals");
  facts.open = CountAt(counts, "open_deals");
  facts.excluded = CountAt(counts, "excluded_deals");
  facts.rows = CountAt(counts, "rows");
  const double kept = NumberAt(counts, "kept_share");
  facts.kept_share = std::isnan(kept) ? 1 : kept;
  ReadJudgements(evaluation, facts);
  ReadFeatures(Json::parse(model.artifact, nullptr, false), facts);
  return facts;
}

std::vector<std::string> MisuseSentences() {
  return {
      "To judge or rank people: rep history enters only as a shrunk past win rate.",
      "To prove causes: reasons are associations in past deals; changing a field need not change "
      "the outcome.",
      "For deals unlike those above: another market, another sales process, another product.",
      "To set quotas, pay or prices.",
      "To act by itself: it informs, people decide.",
  };
}

}  // namespace ri::lifecycle
