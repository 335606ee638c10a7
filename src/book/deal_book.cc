#include "book/deal_book.h"

#include <algorithm>

namespace ri::book {
namespace {

constexpr std::chrono::minutes kStillNow{15};

/// Deals have ended and no end has a date. A model has then learned from every deal's first moment
/// alone, and what it says of any other moment is not tested: waiting changes ages and counts in a
/// way that no row it learned from shows.
bool NoEndHasDate(const features::FeatureEngine& engine) {
  bool any_end = false;
  for (const auto& lives : engine.episodes()) {
    for (const features::Episode& episode : lives) {
      if (episode.excluded || episode.outcome == features::Outcome::kOpen) {
        continue;
      }
      if (!episode.undated) {
        return false;
      }
      any_end = true;
    }
  }
  return any_end;
}

Result<std::shared_ptr<const DealBook>> BuildBook(Workspace& workspace, const BookRequest& request,
                                                  std::shared_ptr<const Knowledge> knowledge,
                                                  std::shared_ptr<const PreparedModel> model,
                                                  base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const domain::FiscalCalendar calendar, workspace.Calendar());
  RI_ASSIGN_OR_RETURN(ReportingAmounts amounts, ReportingAmounts::For(workspace, *knowledge->log));
  const features::FeatureEngine& engine = *knowledge->engine;
  Moment moment{.as_of = request.now, .note = ""};
  std::vector<features::SnapshotKey> keys;
  bool as_of_created = request.as_of_created;
  if (!as_of_created) {
    moment = EffectiveMoment(*knowledge->log, request.as_of, request.now);
    if (!request.as_of && NoEndHasDate(engine)) {
      as_of_created = true;
      moment.note =
          "No end of a deal has a date, so that the model learned from first moments only: every "
          "deal is looked at from its own. Give --as-of to choose one moment for all.";
    }
  }
  if (as_of_created) {
    for (const features::SnapshotKey& key : engine.FirstSnapshots()) {
      if (engine.episodes()[key.deal][key.episode].outcome == features::Outcome::kOpen &&
          (request.as_of_created || key.as_of <= moment.as_of)) {
        keys.push_back(key);
      }
    }
  } else {
    keys = engine.OpenAt(moment.as_of);
  }
  const RiskTables risks = RiskTables::Learn(*knowledge, moment.as_of, workspace.num_threads());
  RI_ASSIGN_OR_RETURN(SnapshotScores scores, ScoreSnapshots({.knowledge = *knowledge,
                                                             .model = *model,
                                                             .amounts = amounts,
                                                             .calendar = calendar,
                                                             .num_threads = workspace.num_threads(),
                                                             .risks = &risks},
                                                            keys, progress));
  const PastKey past_key{.knowledge = knowledge.get(),
                         .model_version = model->loaded().version.text(),
                         .day = domain::DateOf(moment.as_of)};
  RI_ASSIGN_OR_RETURN(std::shared_ptr<const LazyPastDeals> past,
                      workspace.past().FindOrMake(
                          past_key, [](const LazyPastDeals&) { return true; },
                          [&]() -> Result<std::shared_ptr<const LazyPastDeals>> {
                            return std::make_shared<const LazyPastDeals>(
                                knowledge, model, domain::StartOf(past_key.day),
                                workspace.num_threads());
                          }));
  return std::make_shared<const DealBook>(
      DealBook::Parts{.knowledge = std::move(knowledge),
                      .model = std::move(model),
                      .past = std::move(past),
                      .moment = std::move(moment),
                      .as_of_created = as_of_created,
                      .opened_at = request.now,
                      .amounts = std::move(amounts),
                      .calendar = calendar,
                      .scores = ByPriority(std::move(scores), workspace.num_threads()),
                      .num_threads = workspace.num_threads()});
}

}  // namespace

DealBook::DealBook(Parts parts)
    : parts_(std::move(parts)),
      field_model_(parts_.model->loaded().model, parts_.scores.table),
      organisation_(OrganisationAt(*parts_.knowledge->log, parts_.moment.as_of)) {
  position_of_.reserve(deals().size());
  for (std::size_t i = 0; i < deals().size(); ++i) {
    ++categories_of_stage_[deals()[i].stage][deals()[i].forecast_category];
    const auto [entry, inserted] = position_of_.emplace(deals()[i].deal_id, i);
    if (!inserted && deals()[i].episode > deals()[entry->second].episode) {
      entry->second = i;
    }
  }
}

std::optional<std::size_t> DealBook::Find(std::string_view deal_id) const {
  const auto found = position_of_.find(deal_id);
  return found == position_of_.end() ? std::nullopt : std::optional(found->second);
}

Result<const features::HypotheticalRows*> DealBook::hypothetical() const {
  if (as_of_created()) {
    return Fail(
        ErrorCode::kRefused,
        "Every deal is looked at from its own creation here. Choose one moment for all with "
        "--as-of DATE.");
  }
  std::call_once(swept_, [&] {
    hypothetical_ = parts_.knowledge->engine->HypotheticalAt(parts_.moment.as_of);
  });
  return hypothetical_.get();
}

Result<const PastDeals*> DealBook::past() const {
  if (!has_past()) {
    return Fail(ErrorCode::kRefused, "A deal that has ended is compared with no others.");
  }
  return parts_.past->Get();
}

std::string DealBook::CategoryOfStage(const std::string& stage) const {
  const auto found = categories_of_stage_.find(stage);
  if (found == categories_of_stage_.end()) {
    return "";
  }
  std::size_t total = 0;
  for (const auto& [category, count] : found->second) {
    total += count;
  }
  const auto most =
      std::ranges::max_element(found->second, {}, [](const auto& entry) { return entry.second; });
  return 2 * most->second > total ? most->first : "";
}

std::vector<std::string> DealBook::OpenStages() const {
  std::vector<std::string> stages;
  for (const auto& [stage, categories] : categories_of_stage_) {
    if (!stage.empty()) {
      stages.push_back(stage);
    }
  }
  return stages;
}

double DealBook::AgeDays(std::size_t position) const {
  const ScoredDeal& deal = deals()[position];
  const features::Episode& episode = parts_.knowledge->engine->episodes()[deal.deal][deal.episode];
  const auto age = deal.as_of - episode.qualified.value_or(episode.opened);
  return std::chrono::duration<double, std::ratio<86400>>(age).count();
}

Result<std::size_t> FindOpenDeal(const DealBook& book, const std::string& deal_id) {
  if (const auto position = book.Find(deal_id)) {
    return *position;
  }
  if (!book.knowledge()->log->Find(data::EntityKind::kDeal, deal_id)) {
    return Fail(ErrorCode::kNotFound, "There is no deal '" + deal_id + "' in the database.");
  }
  return Fail(ErrorCode::kNotFound, "Deal '" + deal_id + "' was not open on " +
                                        domain::FormatDate(domain::DateOf(book.moment().as_of)) +
                                        ". Choose another moment with --as-of.");
}

Result<std::shared_ptr<const DealBook>> OpenBook(Workspace& workspace, const BookRequest& request,
                                                 base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(std::shared_ptr<const PreparedModel> model,
                      PrepareModel(workspace, request.model));
  RI_ASSIGN_OR_RETURN(std::shared_ptr<const Knowledge> knowledge,
                      workspace.Load(request.known_at, progress));
  const BookKey key{.knowledge = knowledge.get(),
                    .model_version = model->loaded().version.text(),
                    .as_of = request.as_of,
                    .as_of_created = request.as_of_created};
  const auto usable = [&](const DealBook& book) {
    return request.as_of || request.as_of_created ||
           (request.now >= book.opened_at() && request.now - book.opened_at() <= kStillNow);
  };
  return workspace.books().FindOrMake(key, usable, [&] {
    return BuildBook(workspace, request, std::move(knowledge), std::move(model), progress);
  });
}

}  // namespace ri::book
