// Models come and go: the weekly check, the way back, the challenger's promotion, new candidates.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "lifecycle/model_versions.h"
#include "lifecycle/train_model.h"
#include "monitoring/promotion_policy.h"
#include "registry/registry.h"
#include "service/daily_step.h"
#include "service/monitor.h"
#include "service/shadow_evidence.h"

namespace ri::service {
namespace {

using Json = nlohmann::ordered_json;

/// A challenger that could not be decided on for so long makes room for a fresh one.
constexpr std::chrono::days kLongestShadow{91};

Json Parse(const std::string& text) { return Json::parse(text, nullptr, false); }
std::string Dump(const Json& document) {
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}
Json Number(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}
std::string TextOf(const Json& document, const char* name) {
  return document.is_object() && document.contains(name) && document[name].is_string()
             ? document[name].get<std::string>()
             : std::string();
}

/// What a version was registered with.
struct Judged {
  std::string family, refusal;
};
Result<Judged> JudgedOf(data::Store& store, const std::string& version) {
  RI_ASSIGN_OR_RETURN(const data::StoredModel model, store.Model(version));
  const Json evaluation = Parse(model.evaluation);
  return Judged{.family = TextOf(evaluation, "family"), .refusal = TextOf(evaluation, "refusal")};
}

/// Place on the ladder of models; higher is more complex.
std::ptrdiff_t RungOf(const std::string& family) {
  constexpr std::array<std::string_view, 5> kLadder = {"base rate", "stage table", "ridge",
                                                       "ridge and trees", "trees"};
  return std::ranges::find(kLadder, family) - kLadder.begin();
}

/// The version an alias stood for before this step of this run changed it to `by_us`.
Result<std::string> AliasBefore(DailyContext& context, std::string_view alias,
                                const std::string& by_us) {
  RI_ASSIGN_OR_RETURN(auto changes, context.workspace.store().AliasChanges());
  std::erase_if(changes, [&](const data::AliasChange& change) {
    return change.at == domain::Milliseconds(context.now) && change.version == by_us;
  });
  return lifecycle::VersionAt(changes, alias, domain::Timestamp::max());
}

/// The last two checks, today's included, were of this version and both failed.
Result<bool> FailedTwice(const DailyContext& context, const std::string& champion) {
  std::array<bool, 2> breaches{};
  std::int64_t day = domain::DayNumber(context.today);
  for (std::size_t back = 0; back < breaches.size(); ++back) {
    RI_ASSIGN_OR_RETURN(const auto check, context.operations.LastDailyStep("check", "done", day));
    if (!check) {
      return false;
    }
    const Json report = Parse(check->report);
    breaches[1 - back] = TextOf(report, "model") == champion && report.value("breach", false);
    day = check->day - 1;
  }
  return monitoring::RollbackDue(breaches);
}

/// Whether the version before the champion fails in the same weeks.
Result<bool> FailsAsWell(DailyContext& context, const std::string& champion,
                         const std::string& previous) {
  RI_ASSIGN_OR_RETURN(const auto knowledge, context.workspace.Load(std::nullopt, context.progress));
  RI_ASSIGN_OR_RETURN(const auto calendar, context.workspace.Calendar());
  RI_ASSIGN_OR_RETURN(const auto model, book::PrepareModel(context.workspace, previous));
  RI_ASSIGN_OR_RETURN(const data::StoredModel stored, context.workspace.store().Model(champion));
  RI_ASSIGN_OR_RETURN(const QuarterEvidence evidence,
                      JudgeQuarter(*knowledge, *model, calendar,
                                   TrainedOn(stored).value_or(domain::Timestamp::min()),
                                   context.now, context.workspace.num_threads()));
  return evidence.alarm;
}

lifecycle::AliasOrder OrderOf(const DailyContext& context, std::string_view alias,
                              std::string version, std::string reason) {
  return {.alias = std::string(alias),
          .version = std::move(version),
          .actor = context.request.actor,
          .reason = std::move(reason),
          .now = context.now};
}

/// Since when the alias stands for what it stands for.
Result<std::optional<domain::Timestamp>> AliasSince(data::Store& store, std::string_view alias) {
  RI_ASSIGN_OR_RETURN(const auto changes, store.AliasChanges());
  const auto newest =
      std::ranges::find(changes.rbegin(), changes.rend(), alias, &data::AliasChange::alias);
  return newest == changes.rend() ? std::nullopt
                                  : std::optional(domain::TimestampFromMilliseconds(newest->at));
}

/// What is to become of the challenger.
struct Verdict {
  std::string action;  ///< "promote", "retire" or "wait"
  std::string reason;
  ShadowEvidence evidence;
};

Result<Verdict> JudgeChallenger(DailyContext& context, const std::string& champion,
                                const std::string& challenger) {
  data::Store& store = context.workspace.store();
  RI_ASSIGN_OR_RETURN(const auto since, AliasSince(store, registry::kChallenger));
  RI_ASSIGN_OR_RETURN(const auto calendar, context.workspace.Calendar());
  RI_ASSIGN_OR_RETURN(const Judged old, JudgedOf(store, champion));
  RI_ASSIGN_OR_RETURN(const Judged fresh, JudgedOf(store, challenger));
  monitoring::ShadowRecord record{.shadow_since = domain::DateOf(since.value_or(context.now)),
                                  .gates_passed = fresh.refusal.empty(),
                                  .simpler = RungOf(fresh.family) < RungOf(old.family)};
  Verdict verdict{.action = "wait"};
  RI_ASSIGN_OR_RETURN(verdict.evidence, WeighShadow(context.workspace,
                                                    {.champion = champion,
                                                     .challenger = challenger,
                                                     .since = since.value_or(context.now),
                                                     .now = context.now},
                                                    context.progress));
  record.worse_by_at_most = verdict.evidence.worse_by_at_most;
  record.crps_difference = verdict.evidence.crps_difference;
  const auto decision = monitoring::DecidePromotion(record, context.today, calendar);
  verdict.reason = decision.reason;
  if (decision.promote) {
    verdict.action = "promote";
  } else if (verdict.evidence.weeks >= monitoring::kShadowWeeks &&
             verdict.evidence.worse_by_at_least.value_or(0) > 0) {
    verdict.action = "retire";
    verdict.reason = fmt::format(
        "It did worse than the champion, by at least {:.4f} per deal and "
        "week.",
        *verdict.evidence.worse_by_at_least);
  } else if (context.today - record.shadow_since >= kLongestShadow) {
    verdict.action = "retire";
    verdict.reason = "A quarter in the shadow gave no reason to change. " + decision.reason;
  }
  return verdict;
}

Json EvidenceJson(const ShadowEvidence& evidence) {
  return {{"weeks", evidence.weeks},
          {"deal_weeks", evidence.deal_weeks},
          {"log_loss_difference", Number(evidence.difference)},
          {"worse_by_at_least", Number(evidence.worse_by_at_least)},
          {"worse_by_at_most", Number(evidence.worse_by_at_most)},
          {"quarter_forecasts", evidence.quarter_forecasts},
          {"crps_difference", Number(evidence.crps_difference)}};
}

/// Why a candidate should be trained today; empty when it should not.
Result<std::string> ReasonToTrain(DailyContext& context,
                                  const std::optional<domain::ModelVersion>& champion) {
  if (!champion) {
    return std::string("There is no model yet.");
  }
  data::Store& store = context.workspace.store();
  RI_ASSIGN_OR_RETURN(const auto challenger,
                      registry::Registry(store).Current(registry::kChallenger));
  if (challenger) {
    return std::string();  // one at a time: it is still being judged
  }
  RI_ASSIGN_OR_RETURN(const auto models, store.Models());
  std::optional<domain::Date> last;
  for (const data::StoredModel& model : models) {
    const auto made = domain::TimestampFromMilliseconds(model.created_at);
    if (made < context.now) {
      last = std::max(last.value_or(domain::DateOf(made)), domain::DateOf(made));
    }
  }
  RI_ASSIGN_OR_RETURN(const auto trained, context.Before("train"));
  if (trained) {
    last = std::max(last.value_or(domain::Date{}), domain::DateFromDayNumber(trained->day));
  }
  if (monitoring::TrainingDue(last, context.today)) {
    return std::string("A month has passed since the last training.");
  }
  RI_ASSIGN_OR_RETURN(const bool failed, FailedTwice(context, champion->text()));
  const bool recent = last && context.today - *last < std::chrono::days(7);
  return failed && !recent ? std::string("The model failed two checks in a row.") : std::string();
}

/// The version that today's training made, by an earlier try or now.
Result<std::string> CandidateOf(DailyContext& context) {
  RI_ASSIGN_OR_RETURN(const auto models, context.workspace.store().Models());
  const auto made =
      std::ranges::find(models, domain::Milliseconds(context.now), &data::StoredModel::created_at);
  if (made != models.end()) {
    RI_RETURN_IF_ERROR(
        lifecycle::AuditTraining(context.workspace, *made, context.request.actor, context.now));
    return made->version;
  }
  RI_ASSIGN_OR_RETURN(
      const lifecycle::TrainReport report,
      lifecycle::TrainModel(context.workspace,
                            {.decide = false, .actor = context.request.actor, .now = context.now},
                            context.progress));
  return report.version.text();
}

}  // namespace

Result<StepOutcome> CheckStep(DailyContext& context) {
  RI_ASSIGN_OR_RETURN(const auto champion,
                      registry::Registry(context.workspace.store()).Current(registry::kChampion));
  if (!champion) {
    return Skipped("There is no model yet.");
  }
  RI_ASSIGN_OR_RETURN(const bool done, context.DoneThisWeek());
  if (done) {
    return Skipped("The model was judged this week.");
  }
  RI_ASSIGN_OR_RETURN(
      const auto book,
      book::OpenBook(context.workspace, {.model = champion->text(), .now = context.now},
                     context.progress));
  RI_ASSIGN_OR_RETURN(const MonitorReport monitor,
                      RunMonitor(context.workspace, *book, context.progress));
  Json document = Parse(MonitorJson(monitor));
  std::size_t pages = 0;
  for (const monitoring::Finding& finding : monitor.findings) {
    pages += finding.page ? 1 : 0;
  }
  document["model"] = champion->text();
  document["breach"] = monitor.quarter.alarm;
  document["drift"].erase("features");  // a page of figures that `revint monitor` gives at any time
  const std::string evidence =
      monitor.quarter.note.empty()
          ? fmt::format("evidence against the model {:.1f} of {:.1f} after {} weeks",
                        monitor.quarter.log_evidence, monitor.quarter.alarm_at,
                        monitor.quarter.weeks)
          : "no week of this quarter to judge";
  return StepOutcome{.status = "done",
                     .summary = fmt::format("{} findings, {} urgent; {}.", monitor.findings.size(),
                                            pages, evidence),
                     .report = Dump(document)};
}

Result<StepOutcome> RollbackStep(DailyContext& context) {
  registry::Registry registry(context.workspace.store());
  if (!context.noted()) {
    RI_ASSIGN_OR_RETURN(const auto champion, registry.Current(registry::kChampion));
    RI_ASSIGN_OR_RETURN(const std::string check, context.ReportOfToday("check"));
    if (!champion || check.empty()) {
      return Skipped("No check today.");
    }
    RI_ASSIGN_OR_RETURN(const bool failed, FailedTwice(context, champion->text()));
    if (!failed) {
      return Skipped("Not two failed checks in a row.");
    }
    RI_ASSIGN_OR_RETURN(const auto previous, registry.Previous(registry::kChampion));
    if (!previous) {
      return StepOutcome{.status = "done",
                         .summary = "Two checks failed, and there is no earlier version."};
    }
    RI_ASSIGN_OR_RETURN(const bool both, FailsAsWell(context, champion->text(), previous->text()));
    if (both) {
      return StepOutcome{.status = "done",
                         .summary =
                             "Two checks failed; so does the version before in the same "
                             "weeks, so that going back would not help. A candidate is "
                             "trained instead."};
    }
    RI_RETURN_IF_ERROR(context.Note(Dump({{"from", champion->text()}, {"to", previous->text()}})));
  }
  const Json noted = Parse(*context.noted());
  const std::string from = TextOf(noted, "from");
  const std::string to = TextOf(noted, "to");
  RI_RETURN_IF_ERROR(lifecycle::RollBackModel(
      context.workspace,
      OrderOf(context, registry::kChampion, to,
              "Two checks of " + from + " failed in a row: its calibration does not hold.")));
  return StepOutcome{.status = "done",
                     .summary = fmt::format("Rolled back from {} to {}.", from, to),
                     .report = *context.noted()};
}

Result<StepOutcome> PromoteStep(DailyContext& context) {
  registry::Registry registry(context.workspace.store());
  if (!context.noted()) {
    RI_ASSIGN_OR_RETURN(const auto champion, registry.Current(registry::kChampion));
    RI_ASSIGN_OR_RETURN(const auto challenger, registry.Current(registry::kChallenger));
    if (!champion || !challenger) {
      return Skipped("No challenger is in the shadow.");
    }
    RI_ASSIGN_OR_RETURN(const bool done, context.DoneThisWeek());
    if (done) {
      return Skipped("The challenger was weighed this week.");
    }
    RI_ASSIGN_OR_RETURN(const Verdict verdict,
                        JudgeChallenger(context, champion->text(), challenger->text()));
    RI_RETURN_IF_ERROR(context.Note(Dump({{"action", verdict.action},
                                          {"reason", verdict.reason},
                                          {"champion", champion->text()},
                                          {"challenger", challenger->text()},
                                          {"evidence", EvidenceJson(verdict.evidence)}})));
  }
  const Json noted = Parse(*context.noted());
  const std::string action = TextOf(noted, "action");
  const std::string reason = TextOf(noted, "reason");
  const std::string challenger = TextOf(noted, "challenger");
  std::string summary = fmt::format("{} stays in the shadow: {}", challenger, reason);
  if (action == "promote") {
    RI_RETURN_IF_ERROR(lifecycle::PromoteModel(
        context.workspace, OrderOf(context, registry::kChampion, challenger, reason)));
    summary = fmt::format("{} was promoted: {}", challenger, reason);
  } else if (action == "retire") {
    summary = fmt::format("{} was retired: {}", challenger, reason);
  }
  if (action != "wait") {
    RI_RETURN_IF_ERROR(lifecycle::ClearAlias(context.workspace,
                                             OrderOf(context, registry::kChallenger, "", reason)));
  }
  return StepOutcome{.status = "done", .summary = summary, .report = *context.noted()};
}

Result<StepOutcome> TrainStep(DailyContext& context) {
  data::Store& store = context.workspace.store();
  if (!context.noted()) {
    RI_ASSIGN_OR_RETURN(const auto champion,
                        registry::Registry(store).Current(registry::kChampion));
    RI_ASSIGN_OR_RETURN(const std::string why, ReasonToTrain(context, champion));
    if (why.empty()) {
      return Skipped("No candidate is due.");
    }
    RI_RETURN_IF_ERROR(context.Note(Dump({{"why", why}})));
  }
  RI_ASSIGN_OR_RETURN(const std::string version, CandidateOf(context));
  RI_ASSIGN_OR_RETURN(const Judged candidate, JudgedOf(store, version));
  RI_ASSIGN_OR_RETURN(const std::string champion,
                      AliasBefore(context, registry::kChampion, version));
  std::string role = "candidate";
  std::string summary;
  if (champion.empty()) {
    role = "champion";
    summary = candidate.refusal.empty() ? "It is in force: there was no champion."
                                        : "Base rates are in force: there was no champion.";
  } else if (champion == version) {
    summary = "It is the champion already: nothing new was learned.";
  } else if (!candidate.refusal.empty()) {
    summary = "A gate refused it: " + candidate.refusal;
  } else {
    RI_ASSIGN_OR_RETURN(const Judged old, JudgedOf(store, champion));
    role = old.refusal.empty() ? "challenger" : "champion";
    summary = old.refusal.empty() ? "It goes into the shadow of the champion."
                                  : "It is in force: the champion served base rates.";
  }
  if (role != "candidate") {
    RI_RETURN_IF_ERROR(
        lifecycle::PromoteModel(context.workspace, OrderOf(context, role, version, summary)));
  }
  return StepOutcome{
      .status = "done",
      .summary = fmt::format("{} ({}) was trained. {}", version, candidate.family, summary),
      .report = Dump({{"version", version},
                      {"family", candidate.family},
                      {"refusal", candidate.refusal},
                      {"role", role},
                      {"why", TextOf(Parse(*context.noted()), "why")}})};
}

}  // namespace ri::service
