#include "models/onnx_export.h"

#include <set>
#include <utility>
#include <vector>

#include "models/json_document.h"

namespace ri::models {
namespace {

using Kind = EncodedColumn::Kind;

const char* const kDocumentation =
    "Calibrated chances that open sales deals are won. Inputs hold what was known of each deal at "
    "one moment; a missing number is NaN, a missing category is the empty text. An unknown label "
    "counts as 'other'. Chances are associations in past deals, not effects of actions.";

Json ColumnsOf(const FeatureEncoder& encoder) {
  Json columns = Json::array();
  for (const EncodedColumn& column : encoder.columns()) {
    const char* kind = column.kind == Kind::kNumber    ? "number"
                       : column.kind == Kind::kLabel   ? "1 for the label"
                       : column.kind == Kind::kMissing ? "1 when missing"
                                                       : "1 for any other label";
    columns.push_back({{"name", column.name},
                       {"feature", encoder.feature_names()[column.feature]},
                       {"kind", kind},
                       {"label", column.label}});
  }
  return columns;
}

Json FeaturesOf(const ModelParts& parts) {
  std::set<std::size_t> used;
  for (const EncodedColumn& column : parts.encoder.columns()) {
    used.insert(column.feature);
  }
  Json features = Json::array();
  for (const std::size_t index : used) {
    const features::FeatureDefinition& feature = parts.features[index];
    features.push_back(
        {{"name", feature.name},
         {"kind", feature.kind == features::FeatureKind::kCategory ? "category" : "number"},
         {"unit", feature.unit},
         {"window", feature.window},
         {"meaning", feature.meaning},
         {"missing", feature.missing_rule}});
  }
  return features;
}

}  // namespace

Result<std::string> ExportOnnx(const DealOutcomeModel& model, const OnnxDescription& description) {
  const ModelParts& parts = model.parts();
  if (parts.encoder.columns().empty()) {
    return Fail(ErrorCode::kRefused,
                "This version serves one base rate for all deals and reads no feature, so there is "
                "nothing to export. Train a model that passes its gates.");
  }
  OnnxGraph graph;
  const std::string rows = AddEncoder(graph, parts, description.inputs);
  const std::string margin = AddHead(graph, parts.head, rows);
  RI_ASSIGN_OR_RETURN(const std::string win, AddCalibrator(graph, parts.calibrator, margin));
  RI_ASSIGN_OR_RETURN(const auto outlook, AddTiming(graph, parts, rows, win));
  graph.Output("margin", margin, OnnxType::kDouble, {"rows", "1"}, "Log-odds before calibration.");
  graph.Output("win_probability", win, OnnxType::kDouble, {"rows", "1"},
               "Chance that the deal is won, whenever that is.");
  std::vector<std::pair<std::string, std::string>> metadata = {
      {"version", description.version},
      {"catalogue", description.catalogue},
      {"head", std::string(HeadName(parts.head))},
      {"calibrator", parts.calibrator.Describe()},
      {"features", Write(FeaturesOf(parts))},
      {"columns", Write(ColumnsOf(parts.encoder))},
  };
  if (outlook) {
    graph.Output("won_within", outlook->won, OnnxType::kDouble, {"rows", "horizons"},
                 "Chance to be won within so many days.");
    graph.Output("lost_within", outlook->lost, OnnxType::kDouble, {"rows", "horizons"},
                 "Chance to be lost within so many days.");
    graph.Output("open_after", outlook->open, OnnxType::kDouble, {"rows", "horizons"},
                 "Chance to be still open after so many days.");
    metadata.emplace_back("calendar", parts.hazards ? parts.hazards->calendar.Describe()
                                                    : parts.timing->calendar().Describe());
    metadata.emplace_back(
        "horizon_days",
        std::to_string(parts.hazards ? parts.hazards->horizon_days : TimeToClose::kHorizonDays));
  }
  return graph.Serialize("deal_outcome", kDocumentation, description.program, metadata);
}

}  // namespace ri::models
