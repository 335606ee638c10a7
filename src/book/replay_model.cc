#include "book/replay_model.h"

#include <utility>

#include "training/trainer.h"

namespace ri::book {

Result<LoadedModel> TrainAtStartOf(const Knowledge& knowledge,
                                   const domain::FiscalCalendar& calendar, domain::Quarter quarter,
                                   const ReplayEffort& effort, base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(auto trained,
                      training::Train(*knowledge.log, *knowledge.engine,
                                      {.cutoff = domain::StartOf(calendar.PeriodOf(quarter).begin),
                                       .num_threads = effort.num_threads,
                                       .max_rows = effort.max_rows,
                                       .origins = effort.origins,
                                       .bags = effort.bags,
                                       .bags_at_origins = 1,
                                       .calendar = calendar,
                                       .compare = false},
                                      progress));
  return LoadedModel{
      .version = {},
      .model = std::make_shared<const models::DealOutcomeModel>(std::move(trained.model)),
      .family = std::move(trained.family),
      .refusal = std::move(trained.refusal)};
}

}  // namespace ri::book
