#include "deals/explain_change.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>

#include "base/sum.h"
#include "explanations/change.h"
#include "features/reason_sentence.h"

namespace ri::deals {
namespace {

constexpr base::Phrase kTheModel("the model", "das Modell");

constexpr double kSumTolerance = 1e-9;

bool Same(float a, float b) {
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b) ||
         (std::isnan(a) && std::isnan(b)) || a == b;
}

/// Features that other deals move.
bool IsOfOthers(const features::FeatureDefinition& definition) {
  const std::string& name = definition.name;
  return name.ends_with("_win_rate") || name.ends_with("_win_rate_n") ||
         (name.starts_with("account_") && definition.group == "account") ||
         name == "owner_open_deals" || name == "owner_commit_realisation" ||
         name == "amount_to_account_median" || name == "amount_to_product_median";
}

ChangeCause OwnCause(const std::string& group) {
  if (group == "buyer engagement" || group == "stakeholders") {
    return ChangeCause::kBuyerMoved;
  }
  if (group == "seller activity" || group == "stage and velocity") {
    return ChangeCause::kSellerMoved;
  }
  return ChangeCause::kTermsEdited;
}

/// The deal's events by when they could be used.
struct EventSets {
  std::vector<data::LoggedEvent> restated;  ///< known by `now` and true by `then`, as if on time
  std::vector<data::LoggedEvent> standing;  ///< the same, as they were recorded
  bool any_late = false;
};

EventSets SplitEvents(const data::EventLog& log, std::uint32_t deal, domain::Timestamp then,
                      domain::Timestamp now) {
  const std::int64_t from = domain::Milliseconds(then);
  const std::int64_t to = domain::Milliseconds(now);
  EventSets sets;
  for (data::LoggedEvent event : log.events(data::EntityKind::kDeal, deal)) {
    if (event.visible_time > to || event.event_time > from) {
      continue;
    }
    const bool late = event.visible_time > from;
    sets.any_late = sets.any_late || late;
    sets.standing.push_back(event);
    if (late) {
      event.visible_time = event.event_time;
    }
    sets.restated.push_back(event);
  }
  std::ranges::sort(sets.restated, [](const data::LoggedEvent& a, const data::LoggedEvent& b) {
    return std::tie(a.visible_time, a.event_time, a.attribute, a.sequence, a.value) <
           std::tie(b.visible_time, b.event_time, b.attribute, b.sequence, b.value);
  });
  return sets;
}

Status CheckSum(ChangeExplanation& change) {
  base::CompensatedSum sum;
  sum.Add(change.before_points);
  for (const FieldOfChange& field : change.fields) {
    sum.Add(field.points);
  }
  change.additivity_error = std::fabs(sum.value() - change.after_points);
  if (!(change.additivity_error < kSumTolerance)) {
    return Fail(ErrorCode::kInternal,
                fmt::format("The parts of the change of deal {} miss it by {:.3g}; nothing is "
                            "shown.",
                            change.after.deal_id, change.additivity_error));
  }
  return {};
}

}  // namespace

std::string_view CauseKey(ChangeCause cause) {
  constexpr std::array<std::string_view, kNumChangeCauses> kKeys = {
      "time_passed",  "others_moved", "buyer_moved",  "seller_moved",
      "terms_edited", "data_late",    "model_changed"};
  return kKeys[static_cast<std::size_t>(cause)];
}

std::string_view CauseText(ChangeCause cause) {
  constexpr std::array<std::string_view, kNumChangeCauses> kTexts = {
      "time passed",  "other deals ended or moved", "buyer moved",  "seller moved",
      "terms edited", "data arrived late",          "model changed"};
  return kTexts[static_cast<std::size_t>(cause)];
}

Result<ChangeExplanation> ExplainChange(const book::DealBook& then, const book::DealBook& now,
                                        const std::string& deal_id, base::Language language) {
  if (then.knowledge() != now.knowledge()) {
    return Fail(ErrorCode::kUsage,
                "The two moments are seen from different imports; compare moments of one.");
  }
  RI_ASSIGN_OR_RETURN(const std::size_t old_row, book::FindOpenDeal(then, deal_id));
  RI_ASSIGN_OR_RETURN(const std::size_t new_row, book::FindOpenDeal(now, deal_id));
  RI_ASSIGN_OR_RETURN(const features::HypotheticalRows* at_then, then.hypothetical());
  RI_ASSIGN_OR_RETURN(const features::HypotheticalRows* at_now, now.hypothetical());
  const std::span<const float> before = then.table().values.row(old_row);
  const std::span<const float> after = now.table().values.row(new_row);
  const std::uint32_t deal = now.deals()[new_row].deal;
  const EventSets events =
      SplitEvents(*now.knowledge()->log, deal, then.moment().as_of, now.moment().as_of);

  // The present row had nothing new been recorded, and the old one had everything come on time.
  std::vector<float> standing(after.size());
  at_now->Compute(deal, events.standing, standing);
  std::vector<float> restated(before.begin(), before.end());
  if (events.any_late) {
    at_then->Compute(deal, events.restated, restated);
    for (std::size_t j = 0; j < restated.size(); ++j) {
      if (Same(before[j], after[j])) {
        restated[j] = before[j];  // what is the same at both ends has no part in the change
      }
    }
  }
  const book::FieldModel& old_model = then.field_model();
  const book::FieldModel& new_model = now.field_model();
  explanations::RowsOfChange rows{.before = before, .restated = {}, .after = after};
  if (events.any_late) {
    rows.restated = restated;
  }
  RI_ASSIGN_OR_RETURN(
      const explanations::Change change,
      explanations::ExplainChange(
          {&old_model, [&](double margin) { return old_model.Calibrate(margin); }},
          {&new_model, [&](double margin) { return new_model.Calibrate(margin); }}, rows));

  ChangeExplanation result{.before = then.deals()[old_row],
                           .after = now.deals()[new_row],
                           .model_before = then.model().version.text(),
                           .model_after = now.model().version.text(),
                           .before_points = 100 * change.before,
                           .after_points = 100 * change.after,
                           .by_cause = std::vector<double>(kNumChangeCauses, 0.0)};
  const features::FeatureTable& table = now.table();
  const auto add = [&](ChangeCause cause, std::size_t j, float from, float to, double share) {
    if (share == 0) {
      return;
    }
    const features::FeatureDefinition& definition = table.features[j];
    result.fields.push_back(
        {.cause = cause,
         .field = definition.name,
         .label = features::FeatureLabel(definition, language),
         .before = features::ValueText(definition, table.labels[j], from, language),
         .after = features::ValueText(definition, table.labels[j], to, language),
         .points = 100 * share});
  };
  for (std::size_t j = 0; j < after.size(); ++j) {
    if (!change.late_data.empty()) {
      add(ChangeCause::kDataLate, j, before[j], restated[j], change.late_data[j]);
    }
    const features::FeatureDefinition& definition = table.features[j];
    ChangeCause cause = OwnCause(definition.group);
    if (Same(standing[j], after[j])) {
      cause = IsOfOthers(definition) ? ChangeCause::kOthersMoved : ChangeCause::kTimePassed;
    }
    add(cause, j, restated[j], after[j], change.features[j]);
  }
  if (const double model = change.model + change.calibration; model != 0) {
    result.fields.push_back({.cause = ChangeCause::kModelChanged,
                             .field = "",
                             .label = std::string(kTheModel.In(language)),
                             .before = result.model_before,
                             .after = result.model_after,
                             .points = 100 * model});
  }
  std::ranges::sort(result.fields, [](const FieldOfChange& a, const FieldOfChange& b) {
    const double first = std::fabs(a.points);
    const double second = std::fabs(b.points);
    return first != second ? first > second
                           : std::tie(a.label, a.cause) < std::tie(b.label, b.cause);
  });
  for (const FieldOfChange& field : result.fields) {
    result.by_cause[static_cast<std::size_t>(field.cause)] += field.points;
  }
  RI_RETURN_IF_ERROR(CheckSum(result));
  return result;
}

Result<std::shared_ptr<const book::DealBook>> OpenEarlierBook(book::Workspace& workspace,
                                                              const book::BookRequest& now,
                                                              domain::Timestamp since,
                                                              base::Progress& progress) {
  book::BookRequest earlier = now;
  earlier.as_of = since;
  RI_ASSIGN_OR_RETURN(const std::vector<data::AliasChange> changes,
                      workspace.store().AliasChanges());
  for (const data::AliasChange& change : changes) {
    if (change.alias == now.model && change.at <= domain::Milliseconds(since) &&
        !change.version.empty()) {
      earlier.model = change.version;
    }
  }
  return book::OpenBook(workspace, earlier, progress);
}

}  // namespace ri::deals
