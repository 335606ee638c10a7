#include "book/past_deals.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace ri::book {
namespace {

constexpr std::array<int, kNumAgeClasses> kClassBegin = {0, 14, 28, 56, 91, 182};
constexpr base::Phrase kAges("{least} to {most} days", "{least} bis {most} Tagen");
constexpr base::Phrase kOldest("{least} days or more", "{least} Tagen oder mehr");
constexpr base::Phrase kFromStage("from {stage}", "aus {stage}");
constexpr base::Phrase kAtAge("at {age}", "im Alter von {age}");

/// One ended life of a deal.
struct EndedLife {
  features::SnapshotKey key;
  domain::Timestamp begin{};
  std::optional<domain::Timestamp> closed;
  domain::Timestamp ended{};  ///< orders the lives: closing, else when it was first known
  bool won = false;
};

std::vector<EndedLife> EndedLives(const features::FeatureEngine& engine, domain::Timestamp as_of,
                                  std::size_t most) {
  std::vector<EndedLife> lives;
  const auto& episodes = engine.episodes();
  for (std::uint32_t deal = 0; deal < episodes.size(); ++deal) {
    for (std::uint32_t k = 0; k < episodes[deal].size(); ++k) {
      const features::Episode& episode = episodes[deal][k];
      const bool ended = episode.outcome != features::Outcome::kOpen && !episode.excluded;
      if (!ended || !episode.qualified || *episode.qualified > as_of) {
        continue;
      }
      if (!episode.undated && (!episode.outcome_visible || *episode.outcome_visible > as_of)) {
        continue;
      }
      lives.push_back({.key = {deal, k, *episode.qualified},
                       .begin = *episode.qualified,
                       .closed = episode.undated ? std::nullopt : episode.closed,
                       .ended = episode.undated ? *episode.qualified
                                                : episode.closed.value_or(*episode.qualified),
                       .won = episode.outcome == features::Outcome::kWon});
    }
  }
  std::ranges::sort(lives, [](const EndedLife& a, const EndedLife& b) {
    return a.ended != b.ended ? a.ended > b.ended : a.key < b.key;
  });
  lives.resize(std::min(lives.size(), most));
  return lives;
}

/// A deal counts once: its first snapshot of the group.
void KeepFirstOfDeal(const std::vector<PastSnapshot>& snapshots, std::vector<std::uint32_t>& rows) {
  std::set<std::uint32_t> seen;
  std::erase_if(rows,
                [&](std::uint32_t row) { return !seen.insert(snapshots[row].key.deal).second; });
}

}  // namespace

std::size_t AgeClassOf(double days) {
  const auto next = std::ranges::upper_bound(kClassBegin, static_cast<int>(std::floor(days)));
  return static_cast<std::size_t>(std::max<std::ptrdiff_t>(next - kClassBegin.begin(), 1) - 1);
}

std::string AgeClassText(std::size_t age_class, base::Language language) {
  const auto days = [](int number) { return std::to_string(number); };
  return age_class + 1 == kNumAgeClasses
             ? base::Say(kOldest, language, {{"least", days(kClassBegin[age_class])}})
             : base::Say(kAges, language,
                         {{"least", days(kClassBegin[age_class])},
                          {"most", days(kClassBegin[age_class + 1] - 1)}});
}

std::string PlaceOf(const PeerGroup& group, base::Language language) {
  std::string text =
      group.stage.empty() ? "" : base::Say(kFromStage, language, {{"stage", group.stage}});
  if (group.age_class) {
    text += (text.empty() ? "" : " ") +
            base::Say(kAtAge, language, {{"age", AgeClassText(*group.age_class, language)}});
  }
  return text;
}

Result<PastDeals> PastDeals::Collect(std::shared_ptr<const Knowledge> knowledge,
                                     const PreparedModel& model, domain::Timestamp as_of,
                                     int num_threads) {
  const features::FeatureEngine& engine = *knowledge->engine;
  PastDeals past;
  past.knowledge_ = knowledge;
  std::vector<features::SnapshotKey> keys;
  for (const EndedLife& life : EndedLives(engine, as_of, kMostDeals)) {
    for (std::size_t c = 0; c < kNumAgeClasses; ++c) {
      const domain::Timestamp moment = life.begin + std::chrono::days(kAgeClassMiddles[c]);
      if (life.closed ? moment >= *life.closed : c > 0) {
        break;
      }
      features::SnapshotKey key = life.key;
      key.as_of = life.closed ? moment : life.begin;
      keys.push_back(key);
      past.snapshots_.push_back(
          {.key = key, .age_class = c, .stage = "", .won = life.won, .closed = life.closed});
    }
  }
  past.table_ = engine.Compute(keys, num_threads);
  past.columns_ = base::Matrix<float>(past.table_.features.size(), keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    for (std::size_t j = 0; j < past.table_.features.size(); ++j) {
      past.columns_(j, i) = past.table_.values(i, j);
    }
  }
  RI_ASSIGN_OR_RETURN(const base::Matrix<float> encoded, model.model().Encode(past.table_));
  const std::vector<models::Prediction> predictions = model.Predict(encoded.view(), num_threads);
  const auto stage = past.table_.Find("stage");
  std::set<std::string> stages;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    past.snapshots_[i].win_probability = predictions[i].win.value();
    if (stage && !std::isnan(past.table_.values(i, *stage))) {
      past.snapshots_[i].stage =
          past.table_.labels[*stage][static_cast<std::size_t>(past.table_.values(i, *stage))];
      stages.insert(past.snapshots_[i].stage);
    }
  }
  RI_ASSIGN_OR_RETURN(const explanations::ShapMatrix shap,
                      model.explainer(num_threads).Explain(encoded.view(), num_threads));
  past.contributions_ = base::Matrix<float>(shap.values.num_rows(), shap.values.num_columns());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    std::ranges::transform(shap.values.row(i), past.contributions_.row(i).begin(),
                           [](double value) { return static_cast<float>(value); });
  }
  past.by_reasons_ = std::make_unique<const explanations::SimilarDeals>(shap.values.view());

  past.stages_.assign(stages.begin(), stages.end());
  past.groups_.resize((past.stages_.size() + 1) * (kNumAgeClasses + 1));
  for (std::uint32_t i = 0; i < past.snapshots_.size(); ++i) {
    const PastSnapshot& snapshot = past.snapshots_[i];
    std::vector<std::size_t> of_stage = {past.stages_.size()};  // any
    if (!snapshot.stage.empty()) {
      const auto at = std::ranges::lower_bound(past.stages_, snapshot.stage);
      of_stage.push_back(static_cast<std::size_t>(at - past.stages_.begin()));
    }
    for (const std::size_t s : of_stage) {
      for (const std::size_t c : {snapshot.age_class, kNumAgeClasses}) {
        PeerGroup& group = past.groups_[s * (kNumAgeClasses + 1) + c];
        (snapshot.won ? group.won : group.lost).push_back(i);
      }
    }
  }
  for (std::size_t g = 0; g < past.groups_.size(); ++g) {
    const std::size_t s = g / (kNumAgeClasses + 1);
    const std::size_t c = g % (kNumAgeClasses + 1);
    PeerGroup& group = past.groups_[g];
    group.stage = s < past.stages_.size() ? past.stages_[s] : "";
    group.age_class = c < kNumAgeClasses ? std::optional(c) : std::nullopt;
    KeepFirstOfDeal(past.snapshots_, group.won);
    KeepFirstOfDeal(past.snapshots_, group.lost);
  }
  return past;
}

const PeerGroup& PastDeals::PeersOf(const std::string& stage, std::size_t age_class) const {
  const auto at = std::ranges::lower_bound(stages_, stage);
  const bool known = at != stages_.end() && *at == stage;
  const auto group = [&](std::size_t s, std::size_t c) -> const PeerGroup& {
    return groups_[s * (kNumAgeClasses + 1) + c];
  };
  if (known) {
    const auto s = static_cast<std::size_t>(at - stages_.begin());
    for (const std::size_t c : {age_class, kNumAgeClasses}) {
      if (group(s, c).won.size() >= kLeastPeers) {
        return group(s, c);
      }
    }
  }
  const PeerGroup& of_age = group(stages_.size(), age_class);
  return of_age.won.size() >= kLeastPeers ? of_age : group(stages_.size(), kNumAgeClasses);
}

Result<const PastDeals*> LazyPastDeals::Get() const {
  std::call_once(collected_, [&] {
    past_.emplace(PastDeals::Collect(knowledge_, *model_, as_of_, num_threads_));
  });
  if (!*past_) {
    return std::unexpected(past_->error());
  }
  return &**past_;
}

}  // namespace ri::book
