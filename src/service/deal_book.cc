#include "service/deal_book.h"

namespace ri::service {
namespace {

constexpr std::chrono::minutes kStillNow{15};

Result<std::shared_ptr<const DealBook>> BuildBook(Workspace& workspace, const BookRequest& request,
                                                  std::shared_ptr<const Knowledge> knowledge,
                                                  std::shared_ptr<const PreparedModel> model,
                                                  base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const domain::FiscalCalendar calendar, workspace.Calendar());
  RI_ASSIGN_OR_RETURN(ReportingAmounts amounts, ReportingAmounts::For(workspace, *knowledge->log));
  const features::FeatureEngine& engine = *knowledge->engine;
  Moment moment{.as_of = request.now, .note = ""};
  std::vector<features::SnapshotKey> keys;
  if (request.as_of_created) {
    for (const features::SnapshotKey& key : engine.FirstSnapshots()) {
      if (engine.episodes()[key.deal][key.episode].outcome == features::Outcome::kOpen) {
        keys.push_back(key);
      }
    }
  } else {
    moment = EffectiveMoment(*knowledge->log, request.as_of, request.now);
    keys = engine.OpenAt(moment.as_of);
  }
  RI_ASSIGN_OR_RETURN(SnapshotScores scores,
                      ScoreSnapshots({.knowledge = *knowledge,
                                      .model = *model,
                                      .amounts = amounts,
                                      .calendar = calendar,
                                      .num_threads = workspace.num_threads()},
                                     keys, progress));
  return std::make_shared<const DealBook>(
      DealBook::Parts{.knowledge = std::move(knowledge),
                      .model = std::move(model),
                      .moment = std::move(moment),
                      .as_of_created = request.as_of_created,
                      .opened_at = request.now,
                      .amounts = std::move(amounts),
                      .calendar = calendar,
                      .scores = ByPriority(std::move(scores), workspace.num_threads()),
                      .num_threads = workspace.num_threads()});
}

}  // namespace

DealBook::DealBook(Parts parts)
    : parts_(std::move(parts)),
      organisation_(OrganisationAt(*parts_.knowledge->log, parts_.moment.as_of)) {
  position_of_.reserve(deals().size());
  for (std::size_t i = 0; i < deals().size(); ++i) {
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

}  // namespace ri::service
