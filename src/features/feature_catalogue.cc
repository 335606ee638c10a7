#include "features/feature_catalogue.h"

#include "base/assertion.h"
#include "features/custom_features.h"
#include "features/feature_engine.h"
#include "features/stage_tables.h"

namespace ri::features {
namespace {

void Append(std::vector<CatalogueEntry>& all, std::vector<CatalogueEntry> part) {
  for (CatalogueEntry& entry : part) {
    // The id is the position: entries are written in the order of their ids.
    RI_ASSERT(static_cast<std::size_t>(entry.id) == all.size());
    all.push_back(std::move(entry));
  }
}

std::vector<CatalogueEntry> BuildFixedFeatures() {
  std::vector<CatalogueEntry> all;
  all.reserve(kNumFixedFeatures);
  Append(all, DealTermFeatures());
  Append(all, StageFeatures());
  Append(all, CloseDateFeatures());
  Append(all, ActivityFeatures());
  Append(all, StakeholderFeatures());
  Append(all, AccountFeatures());
  Append(all, RepFeatures());
  Append(all, CalendarFeatures());
  Append(all, QualityFeatures());
  RI_ASSERT(all.size() == kNumFixedFeatures);
  return all;
}

}  // namespace

std::span<const CatalogueEntry> FixedFeatures() {
  static const std::vector<CatalogueEntry> kEntries = BuildFixedFeatures();
  return kEntries;
}

std::span<const FeatureDefinition> FullCatalogue() {
  static const std::vector<FeatureDefinition> kDefinitions = [] {
    std::vector<FeatureDefinition> all;
    for (const CatalogueEntry& entry : FixedFeatures()) {
      all.push_back(entry.definition);
    }
    for (FeatureDefinition& definition : CustomFeatureTemplates()) {
      all.push_back(std::move(definition));
    }
    return all;
  }();
  return kDefinitions;
}

void AddCategory(std::vector<CatalogueEntry>& entries, const CategoryTexts& texts) {
  const auto id = [&](unsigned offset) {
    return static_cast<FeatureId>(static_cast<unsigned>(texts.id) + offset);
  };
  entries.push_back({.id = id(0),
                     .needs = texts.needs,
                     .definition = {.name = texts.name,
                                    .kind = FeatureKind::kCategory,
                                    .unit = "label",
                                    .window = "now",
                                    .meaning = "The " + texts.what + " in force.",
                                    .missing_rule = "No " + texts.what + " is known.",
                                    .leak_note = texts.leak_note,
                                    .sentence = "The " + texts.what + " is {value}",
                                    .group = texts.group}});
  entries.push_back(
      {.id = id(1),
       .needs = texts.needs | kNeedsOutcome,
       .definition = {.name = texts.name + "_win_rate",
                      .unit = "share",
                      .window = "ever",
                      .meaning = "Share of earlier deals with this " + texts.what +
                                 " that were won, drawn towards the rate of " + texts.prior +
                                 " while there are few.",
                      .missing_rule = "No " + texts.what + " is known.",
                      .leak_note = "Outcomes count from the moment they were visible; the deal's "
                                   "own outcomes never count.",
                      .sentence = "{value} of earlier deals with this " + texts.what + " were won",
                      .group = texts.group}});
  entries.push_back({.id = id(2),
                     .needs = texts.needs | kNeedsOutcome,
                     .definition = {.name = texts.name + "_win_rate_n",
                                    .unit = "count",
                                    .window = "ever",
                                    .meaning = "Number of finished deals behind the win rate of "
                                               "this " +
                                               texts.what + ".",
                                    .missing_rule = "No " + texts.what + " is known.",
                                    .leak_note = "As for the win rate.",
                                    .sentence = "{value} earlier {deal with this " + texts.what +
                                                " has|deals with this " + texts.what +
                                                " have} ended||No earlier deal with this " +
                                                texts.what + " has ended",
                                    .group = texts.group}});
}

std::uint32_t OffersOf(const data::EventLog& log, const Sources& sources) {
  using data::EntityKind;
  std::uint32_t offers = 0;
  const auto offer = [&](bool present, Need need) { offers |= present ? need : 0U; };
  const std::size_t num_stages = sources.LabelSymbols(TextColumn::kStage).size();
  const auto has_labels = [&](TextColumn column) { return !sources.LabelSymbols(column).empty(); };
  const auto has_activity = [&](ActivityType type) { return sources.FirstVisible(type) != kNever; };
  offer(sources.Has(Role::kAmount), kNeedsAmount);
  offer(has_labels(TextColumn::kStage), kNeedsStage);
  offer(num_stages >= 2 && num_stages <= kMostStages, kNeedsStageOrder);
  offer(sources.Has(Role::kCommitDate), kNeedsCommitDate);
  offer(sources.Has(Role::kOwner), kNeedsOwner);
  offer(sources.Has(Slot::kAccount), kNeedsAccount);
  offer(sources.Has(Role::kOutcome) || sources.Has(Role::kUndatedOutcome), kNeedsOutcome);
  offer(sources.Has(Role::kOutcome), kNeedsDatedOutcome);
  offer(has_labels(TextColumn::kProduct), kNeedsProduct);
  offer(has_labels(TextColumn::kType), kNeedsType);
  offer(has_labels(TextColumn::kLeadSource), kNeedsLeadSource);
  offer(has_labels(TextColumn::kCurrency), kNeedsCurrency);
  offer(has_labels(TextColumn::kForecastCategory), kNeedsForecastCategory);
  offer(has_labels(TextColumn::kIndustry), kNeedsIndustry);
  offer(has_labels(TextColumn::kRegion), kNeedsRegion);
  offer(sources.Has(EntityKind::kAccount, data::attribute::kEmployees), kNeedsEmployees);
  offer(sources.Has(EntityKind::kAccount, data::attribute::kRevenue), kNeedsRevenue);
  offer(sources.HasActivities(), kNeedsActivity);
  offer(has_activity(ActivityType::kMeeting), kNeedsMeetings);
  offer(has_activity(ActivityType::kCall), kNeedsCalls);
  offer(has_activity(ActivityType::kEmailOut), kNeedsEmailsOut);
  offer(has_activity(ActivityType::kEmailIn), kNeedsEmailsIn);
  offer(has_activity(ActivityType::kTask), kNeedsTasks);
  offer(sources.Has(Role::kMeetingPlanned), kNeedsPlannedMeetings);
  offer(log.count(EntityKind::kContact) > 0, kNeedsContacts);
  offer(sources.Has(Role::kContactRoleName) || sources.HasExecutiveTitles(), kNeedsExecutives);
  offer(sources.Has(Role::kContactRoleName), kNeedsRoleNames);
  offer(sources.Has(Slot::kNextStep), kNeedsNextStep);
  offer(sources.Has(Slot::kDiscount), kNeedsDiscount);
  offer(sources.Has(Slot::kTermMonths), kNeedsTermMonths);
  offer(sources.Has(Slot::kProductCount), kNeedsProductCount);
  offer(sources.Has(Slot::kCompetitor), kNeedsCompetitor);
  return offers;
}

}  // namespace ri::features
