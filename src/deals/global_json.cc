#include <cmath>
#include <nlohmann/json.hpp>

#include "deals/global_view.h"

namespace ri::deals {

std::string GlobalJson(const book::DealBook& book, const GlobalView& view) {
  using Json = nlohmann::ordered_json;
  const auto shares = [](const std::vector<GlobalShare>& list) {
    Json array = Json::array();
    for (const GlobalShare& share : list) {
      array.push_back(
          {{"name", share.name},
           {"group", share.group},
           {"mean_log_odds", share.mean_log_odds},
           {"share", share.share},
           {"direction", std::isfinite(share.direction) ? Json(share.direction) : Json(nullptr)}});
    }
    return array;
  };
  Json curves = Json::array();
  for (const DependenceCurve& curve : view.curves) {
    curves.push_back({{"field", curve.field},
                      {"label", curve.label},
                      {"value", curve.value},
                      {"text", curve.text},
                      {"partial", curve.partial},
                      {"local", curve.local}});
  }
  Json interactions = Json::array();
  for (const GlobalInteraction& pair : view.interactions) {
    interactions.push_back(
        {{"first", pair.first}, {"second", pair.second}, {"mean_log_odds", pair.mean_log_odds}});
  }
  Json segments = Json::array();
  for (const GlobalSegment& segment : view.segments) {
    segments.push_back({{"stage", segment.stage},
                        {"deals", segment.deals},
                        {"mean_probability", segment.mean_probability},
                        {"group_log_odds", segment.group_log_odds}});
  }
  const Json document = {
      {"model_version", book.model().version.text()},
      {"model_family", book.model().family},
      {"as_of", domain::FormatTimestamp(book.moment().as_of)},
      {"rows", view.rows},
      {"bags", view.bags},
      {"rank_stability", view.rank_stability ? Json(*view.rank_stability) : Json(nullptr)},
      {"groups", shares(view.groups)},
      {"fields", shares(view.fields)},
      {"curves", std::move(curves)},
      {"interactions", std::move(interactions)},
      {"segments", std::move(segments)}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ri::deals
