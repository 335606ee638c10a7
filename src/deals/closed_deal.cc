#include "deals/closed_deal.h"

#include "base/progress.h"

namespace ri::deals {
namespace {

std::unexpected<Error> NotClosed(const std::string& deal_id) {
  return Fail(ErrorCode::kNotFound, "There is no closed deal '" + deal_id + "'.");
}

}  // namespace

Result<ClosedDeal> OpenClosedDeal(const std::shared_ptr<const book::DealBook>& book,
                                  const std::string& deal_id, const book::Visibility& visibility) {
  const book::Knowledge& knowledge = *book->knowledge();
  const auto deal = knowledge.log->Find(data::EntityKind::kDeal, deal_id);
  if (!deal || book->Find(deal_id)) {
    return NotClosed(deal_id);
  }
  const domain::Timestamp as_of = book->moment().as_of;
  const auto owner = book::LatestValue(*knowledge.log, data::EntityKind::kDeal, *deal,
                                       data::attribute::kOwner, as_of);
  if (!visibility.Sees(owner ? std::optional(static_cast<std::size_t>(*owner)) : std::nullopt)) {
    return NotClosed(deal_id);
  }
  const auto& lives = knowledge.engine->episodes()[*deal];
  std::optional<std::size_t> last;
  for (std::size_t i = 0; i < lives.size(); ++i) {
    const features::Episode& life = lives[i];
    if (life.closed && life.outcome_visible && *life.outcome_visible <= as_of &&
        life.outcome != features::Outcome::kOpen && *life.closed > life.opened) {
      last = i;
    }
  }
  if (!last) {
    return NotClosed(deal_id);
  }
  const features::Episode& life = lives[*last];
  const domain::Timestamp moment = *life.closed - std::chrono::milliseconds(1);
  const features::SnapshotKey key{.deal = static_cast<std::uint32_t>(*deal),
                                  .episode = static_cast<std::uint32_t>(*last),
                                  .as_of = moment};
  RI_ASSIGN_OR_RETURN(book::SnapshotScores scores,
                      book::ScoreSnapshots({.knowledge = knowledge,
                                            .model = book->prepared(),
                                            .amounts = book->amounts(),
                                            .calendar = book->calendar(),
                                            .num_threads = 1},
                                           {&key, 1}, base::Progress::Silent()));
  ClosedDeal closed{.won = life.outcome == features::Outcome::kWon,
                    .closed_on = domain::DateOf(*life.closed)};
  closed.last_open = std::make_shared<const book::DealBook>(book::DealBook::Parts{
      .knowledge = book->knowledge(),
      // Shares the book's model by keeping the book alive.
      .model = std::shared_ptr<const book::PreparedModel>(book, &book->prepared()),
      .moment = {.as_of = moment,
                 .note = "The deal has ended; the figures are those of its last open moment."},
      .opened_at = book->opened_at(),
      .amounts = book->amounts(),
      .calendar = book->calendar(),
      .scores = std::move(scores),
      .num_threads = 1});
  return closed;
}

}  // namespace ri::deals
