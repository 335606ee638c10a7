#include "lifecycle/models_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/sum.h"
#include "deals/explain_deal.h"
#include "registry/registry.h"

namespace ri::lifecycle {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kLargeMove = 15;

std::string TextOf(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// Leaves of two documents that differ, by their path.
void CompareLeaves(const std::string& path, const Json& before, const Json& after,
                   std::vector<VersionChange>& changes) {
  if (before == after) {
    return;
  }
  if (before.is_object() && after.is_object()) {
    const std::string prefix = path.empty() ? "" : path + ".";
    for (const auto& [key, value] : before.items()) {
      CompareLeaves(prefix + key, value, after.contains(key) ? after[key] : Json(), changes);
    }
    for (const auto& [key, value] : after.items()) {
      if (!before.contains(key)) {
        CompareLeaves(prefix + key, Json(), value, changes);
      }
    }
    return;
  }
  changes.push_back(
      {path, before.is_null() ? "" : TextOf(before), after.is_null() ? "" : TextOf(after)});
}

std::string FigureText(const Json& evaluation, const char* period, const char* figure) {
  const Json& figures = evaluation.contains(period) ? evaluation[period] : Json();
  if (!figures.is_object() || !figures.contains(figure)) {
    return "";
  }
  const Json& value = figures[figure];
  if (value.is_object() && value["value"].is_number()) {
    return fmt::format("{:.4f} [{:.4f}, {:.4f}]", value["value"].get<double>(),
                       value["low"].is_number() ? value["low"].get<double>() : NAN,
                       value["high"].is_number() ? value["high"].get<double>() : NAN);
  }
  return value.is_number() ? fmt::format("{:.4g}", value.get<double>()) : "";
}

void CompareMetrics(const Json& before, const Json& after, ModelsDiff& diff) {
  for (const auto& [period, name] :
       {std::pair{"out_of_time", "at past moments"}, {"later", "after the cutoff"}}) {
    for (const auto& [figure, label] : {std::pair{"rows", "snapshots"},
                                        {"log_loss", "log loss"},
                                        {"baseline_log_loss", "log loss of the baseline"},
                                        {"auc", "AUC"},
                                        {"brier", "Brier score"},
                                        {"calibration_error", "calibration error"},
                                        {"slope", "calibration slope"}}) {
      const std::string was = FigureText(before, period, figure);
      const std::string is = FigureText(after, period, figure);
      if (was != is) {
        diff.metrics.push_back({fmt::format("{}, {}", label, name), was, is});
      }
    }
  }
}

void CompareGates(const Json& before, const Json& after, ModelsDiff& diff) {
  const auto answers = [](const Json& evaluation) {
    std::map<std::string, std::pair<std::string, std::string>> found;
    if (evaluation.contains("gates")) {
      for (const Json& gate : evaluation["gates"]) {
        found[gate.value("id", "")] = {gate.value("question", ""),
                                       gate.value("passed", false) ? "yes" : "no"};
      }
    }
    return found;
  };
  const auto was = answers(before);
  const auto is = answers(after);
  std::set<std::string> ids;
  for (const auto* side : {&was, &is}) {
    for (const auto& [id, answer] : *side) {
      ids.insert(id);
    }
  }
  for (const std::string& id : ids) {
    const auto old = was.find(id);
    const auto now = is.find(id);
    const std::string first = old == was.end() ? "" : old->second.second;
    const std::string second = now == is.end() ? "" : now->second.second;
    if (first != second) {
      const std::string& question = now == is.end() ? old->second.first : now->second.first;
      diff.gates.push_back({id + " " + question, first, second});
    }
  }
}

std::set<std::string> FeaturesOf(const book::DealBook& book) {
  std::set<std::string> names;
  const models::FeatureEncoder& encoder = book.model().model->parts().encoder;
  for (const models::EncodedColumn& column : encoder.columns()) {
    names.insert(encoder.feature_names()[column.feature]);
  }
  return names;
}

Result<DealMove> MoveOf(const book::DealBook& before, const book::DealBook& after,
                        const book::ScoredDeal& deal, double was) {
  DealMove move{.deal_id = deal.deal_id,
                .name = deal.name,
                .before = 100 * was,
                .after = 100 * deal.win_probability};
  RI_ASSIGN_OR_RETURN(const deals::Explanation then,
                      deals::ExplainDeal(before, deal.deal_id, {.compared_reasons = 0}));
  RI_ASSIGN_OR_RETURN(const deals::Explanation now,
                      deals::ExplainDeal(after, deal.deal_id, {.compared_reasons = 0}));
  std::map<std::string, double> points;
  for (const deals::Reason& group : now.groups) {
    points[group.group] += group.points;
  }
  for (const deals::Reason& group : then.groups) {
    points[group.group] -= group.points;
  }
  for (const auto& [group, moved] : points) {
    if (moved != 0) {
      move.groups.push_back({group, moved});
    }
  }
  std::ranges::stable_sort(move.groups, [](const GroupMove& a, const GroupMove& b) {
    return std::fabs(a.points) > std::fabs(b.points);
  });
  move.base_points = now.base_points - then.base_points;
  return move;
}

Json ChangesJson(const std::vector<VersionChange>& changes) {
  Json list = Json::array();
  for (const VersionChange& change : changes) {
    list.push_back({{"what", change.what}, {"before", change.before}, {"after", change.after}});
  }
  return list;
}

}  // namespace

Result<ModelsDiff> DiffModels(book::Workspace& workspace, const ModelsDiffRequest& request,
                              base::Progress& progress) {
  book::BookRequest book_request{.as_of = request.as_of,
                                 .known_at = request.known_at,
                                 .model = request.before,
                                 .now = request.now};
  RI_ASSIGN_OR_RETURN(const auto before, book::OpenBook(workspace, book_request, progress));
  book_request.model = request.after;
  RI_ASSIGN_OR_RETURN(const auto after, book::OpenBook(workspace, book_request, progress));
  ModelsDiff diff{.before = before->model().version.text(),
                  .after = after->model().version.text(),
                  .family_before = before->model().family,
                  .family_after = after->model().family,
                  .as_of = after->moment().as_of,
                  .open_deals = after->deals().size()};

  RI_ASSIGN_OR_RETURN(const data::StoredModel old, workspace.store().Model(diff.before));
  RI_ASSIGN_OR_RETURN(const data::StoredModel fresh, workspace.store().Model(diff.after));
  const auto parse = [](const std::string& text) {
    Json document = Json::parse(text, nullptr, false);
    return document.is_object() ? document : Json::object();
  };
  CompareLeaves("", parse(old.manifest), parse(fresh.manifest), diff.made_from);
  const Json old_evaluation = parse(old.evaluation);
  const Json evaluation = parse(fresh.evaluation);
  if (old_evaluation.contains("counts") && evaluation.contains("counts")) {
    CompareLeaves("", old_evaluation["counts"], evaluation["counts"], diff.made_from);
  }
  CompareMetrics(old_evaluation, evaluation, diff);
  CompareGates(old_evaluation, evaluation, diff);

  const std::set<std::string> features_before = FeaturesOf(*before);
  const std::set<std::string> features_after = FeaturesOf(*after);
  std::ranges::set_difference(features_after, features_before,
                              std::back_inserter(diff.features_added));
  std::ranges::set_difference(features_before, features_after,
                              std::back_inserter(diff.features_removed));

  struct Moved {
    const book::ScoredDeal* deal;
    double before;
    [[nodiscard]] double size() const { return std::fabs(deal->win_probability - before); }
  };
  std::vector<Moved> moved;
  base::CompensatedSum total;
  std::size_t large = 0;
  for (const book::ScoredDeal& deal : after->deals()) {
    if (const auto place = before->Find(deal.deal_id)) {
      moved.push_back({&deal, before->deals()[*place].win_probability});
      total.Add(moved.back().size());
      large += 100 * moved.back().size() > kLargeMove ? 1 : 0;
    }
  }
  if (!moved.empty()) {
    diff.mean_move = 100 * total.value() / static_cast<double>(moved.size());
    diff.share_over_15 = static_cast<double>(large) / static_cast<double>(moved.size());
  }
  std::ranges::sort(moved, [](const Moved& a, const Moved& b) {
    return a.size() != b.size() ? a.size() > b.size() : a.deal->deal_id < b.deal->deal_id;
  });
  moved.resize(std::min(moved.size(), request.top));
  for (const Moved& entry : moved) {
    RI_ASSIGN_OR_RETURN(DealMove move, MoveOf(*before, *after, *entry.deal, entry.before));
    diff.deals.push_back(std::move(move));
  }
  return diff;
}

std::string ModelsDiffJson(const ModelsDiff& diff) {
  Json deals = Json::array();
  for (const DealMove& move : diff.deals) {
    Json groups = Json::array();
    for (const GroupMove& group : move.groups) {
      groups.push_back({{"group", group.group}, {"points", group.points}});
    }
    deals.push_back({{"deal_id", move.deal_id},
                     {"name", move.name},
                     {"before_points", move.before},
                     {"after_points", move.after},
                     {"base_points", move.base_points},
                     {"groups", std::move(groups)}});
  }
  const Json document = {{"before", diff.before},
                         {"after", diff.after},
                         {"family_before", diff.family_before},
                         {"family_after", diff.family_after},
                         {"made_from", ChangesJson(diff.made_from)},
                         {"features_added", diff.features_added},
                         {"features_removed", diff.features_removed},
                         {"metrics", ChangesJson(diff.metrics)},
                         {"gates", ChangesJson(diff.gates)},
                         {"as_of", domain::FormatTimestamp(diff.as_of)},
                         {"open_deals", diff.open_deals},
                         {"mean_move_points", diff.mean_move},
                         {"share_over_15_points", diff.share_over_15},
                         {"deals", std::move(deals)}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ri::lifecycle
