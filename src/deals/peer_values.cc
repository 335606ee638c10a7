#include "deals/peer_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "features/reason_sentence.h"

namespace ri::deals {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kLeastForText = 20;
/// The bound that is told holds for at least so many of the won deals.
constexpr double kMostWon = 0.8;

/// The known values of one side of the peers. The quantiles that are asked for are selected once,
/// which costs a fraction of sorting thousands of values for every reason of a page.
class KnownValues {
 public:
  KnownValues(std::span<const float> column, std::span<const std::uint32_t> rows) {
    values_.reserve(rows.size());
    for (const std::uint32_t row : rows) {
      const float value = column[row];
      if (!std::isnan(value)) {
        values_.push_back(value);
      }
    }
    if (!values_.empty()) {
      Select(0, values_.size(), 0, kLevels.size());
    }
  }

  [[nodiscard]] bool empty() const { return values_.empty(); }
  [[nodiscard]] std::size_t size() const { return values_.size(); }
  /// The smallest value with at least `level` of the values at or below it. \pre one of kLevels
  [[nodiscard]] double Quantile(double level) const {
    return empty() ? kNone : static_cast<double>(values_[Place(level)]);
  }
  [[nodiscard]] double ShareAtMost(float bound) const {
    return Share([bound](float value) { return value <= bound; });
  }
  [[nodiscard]] double ShareEqual(float wanted) const {
    return Share([wanted](float value) { return value == wanted; });
  }

  static constexpr std::array<double, 7> kLevels = {0.1, 0.25,         0.5,     0.75,
                                                    0.9, 1 - kMostWon, kMostWon};

 private:
  template <typename Predicate>
  [[nodiscard]] double Share(Predicate predicate) const {
    return empty() ? kNone
                   : static_cast<double>(std::ranges::count_if(values_, predicate)) /
                         static_cast<double>(size());
  }
  [[nodiscard]] std::size_t Place(double level) const {
    const auto rank = static_cast<std::size_t>(std::ceil(level * static_cast<double>(size())));
    return std::clamp<std::size_t>(rank, 1, size()) - 1;
  }
  /// Puts the values of the levels [first, last) that lie in [begin, end) into their places.
  void Select(std::size_t begin, std::size_t end, std::size_t first, std::size_t last) {
    static constexpr auto kInOrder = [] {
      auto levels = kLevels;
      std::ranges::sort(levels);
      return levels;
    }();
    if (first == last || begin == end) {
      return;
    }
    const std::size_t middle = (first + last) / 2;
    const std::size_t place = Place(kInOrder[middle]);
    if (place >= begin && place < end) {
      const auto at = [this](std::size_t i) {
        return values_.begin() + static_cast<std::ptrdiff_t>(i);
      };
      std::nth_element(at(begin), at(place), at(end));
    }
    Select(begin, std::clamp(place, begin, end), first, middle);
    Select(std::clamp(place + 1, begin, end), end, middle + 1, last);
  }

  std::vector<float> values_;
};

using base::Phrase;

// {deals} is one of the two first; the German ones are declined for "of 100".
constexpr Phrase kDealsWon("deals won", "gewonnenen Deals");
constexpr Phrase kPastDeals("past deals", "früheren Deals");
constexpr Phrase kOnlyMore("{share} of 100 {deals} had {value} or more",
                           "{share} von 100 {deals} hatten {value} oder mehr");
constexpr Phrase kOnlyLess("{share} of 100 {deals} had {value} or less",
                           "{share} von 100 {deals} hatten {value} oder weniger");
constexpr Phrase kRareMore("{value} or more: fewer than 1 of 100 {deals}",
                           "{value} oder mehr: weniger als 1 von 100 {deals}");
constexpr Phrase kRareLess("{value} or less: fewer than 1 of 100 {deals}",
                           "{value} oder weniger: weniger als 1 von 100 {deals}");
constexpr Phrase kBothMore("{value} or more: {share} of 100 {deals}, {lost} of 100 lost",
                           "{value} oder mehr: {share} von 100 {deals}, {lost} von 100 verlorenen");
constexpr Phrase kBothLess(
    "{value} or less: {share} of 100 {deals}, {lost} of 100 lost",
    "{value} oder weniger: {share} von 100 {deals}, {lost} von 100 verlorenen");
constexpr Phrase kTogether("; it counts here together with the deal's other values",
                           "; es zählt hier zusammen mit den anderen Werten des Deals");
constexpr Phrase kHalfLess("half of the {deals} had {value} or less",
                           "die Hälfte der {deals} hatte {value} oder weniger");
constexpr Phrase kHalfMore("half of the {deals} had {value} or more",
                           "die Hälfte der {deals} hatte {value} oder mehr");
constexpr Phrase kWithin("{share} of 100 {deals} had one within {value}",
                         "bei {share} von 100 {deals} lag das höchstens {value} Tage zurück");
constexpr Phrase kRareSame("the same with fewer than 1 of 100 {deals}",
                           "ebenso bei weniger als 1 von 100 {deals}");
constexpr Phrase kSameWon("the same with {share} of 100 {deals}",
                          "ebenso bei {share} von 100 {deals}");
constexpr Phrase kAndLost(" and {lost} of 100 lost", " und {lost} von 100 verlorenen");

std::string Rounded(double share) { return fmt::format("{:.0f}", 100 * share); }

/// Deals of the group, as a sentence calls them.
std::string Deals(const Phrase& which, const book::PeerGroup& group, base::Language language) {
  const std::string place = book::PlaceOf(group, language);
  return std::string(which.In(language)) + (place.empty() ? "" : " " + place);
}

constexpr double kHardlyAny = 0.005;  ///< prints as 0 of 100

bool HardlyAny(double won_share, double lost_share) {
  return won_share < kHardlyAny && lost_share < kHardlyAny;
}

bool NearlyAll(double won_share, double lost_share) {
  return won_share > 1 - kHardlyAny && lost_share > 1 - kHardlyAny;
}

/// Days since something: less is nearer.
bool CountsFromContact(const features::FeatureDefinition& definition) {
  return definition.unit == "days" && definition.name.starts_with("days_since");
}

std::string NumberText(const features::FeatureDefinition& definition, const book::PeerGroup& group,
                       const KnownValues& won, const KnownValues& lost, float value,
                       double contribution, base::Language language) {
  const auto show = [&](double x) {
    return features::ValueText(definition, {}, static_cast<float>(x), language);
  };
  const std::string deals_won = Deals(kDealsWon, group, language);
  const auto of_won = [&](const Phrase& phrase, double share, double bound) {
    return base::Say(phrase, language,
                     {{"share", Rounded(share)}, {"deals", deals_won}, {"value", show(bound)}});
  };
  const double own = static_cast<double>(value);
  const double median = won.Quantile(0.5);
  const bool above = own > median;
  if (contribution >= 0 || own == median) {
    // The side on which the value lies is told, never the one that flatters the reason: nine emails
    // are "9 or more" where most deals have fewer. At the median the side that tells more.
    const float below = std::nextafter(value, -INFINITY);
    const double won_more = 1 - won.ShareAtMost(below);
    const double won_less = won.ShareAtMost(value);
    if (lost.empty()) {
      return of_won(above ? kOnlyMore : kOnlyLess, above ? won_more : won_less, own);
    }
    const double lost_more = 1 - lost.ShareAtMost(below);
    const double lost_less = lost.ShareAtMost(value);
    const bool at_median = own == median;
    const bool more = at_median ? won_more - lost_more >= won_less - lost_less : above;
    const double won_side = more ? won_more : won_less;
    const double lost_side = more ? lost_more : lost_less;
    // "0 of 100 won, 0 of 100 lost" compares nothing; that it is rare is worth telling, that it is
    // ordinary is not.
    if (NearlyAll(won_side, lost_side)) {
      return {};
    }
    if (HardlyAny(won_side, lost_side)) {
      return base::Say(more ? kRareMore : kRareLess, language,
                       {{"value", show(own)}, {"deals", Deals(kPastDeals, group, language)}});
    }
    std::string text = base::Say(more ? kBothMore : kBothLess, language,
                                 {{"value", show(own)},
                                  {"share", Rounded(won_side)},
                                  {"deals", deals_won},
                                  {"lost", Rounded(lost_side)}});
    if (contribution > 0 && won_side <= lost_side) {
      text += kTogether.In(language);
    }
    return text;
  }
  const double bound = won.Quantile(above ? kMostWon : 1 - kMostWon);
  const bool outside = above ? own > bound : own < bound;
  if (!outside) {
    return base::Say(above ? kHalfLess : kHalfMore, language,
                     {{"deals", deals_won}, {"value", show(median)}});
  }
  const auto edge = static_cast<float>(bound);
  if (above) {
    return of_won(CountsFromContact(definition) ? kWithin : kOnlyLess, won.ShareAtMost(edge),
                  bound);
  }
  return of_won(kOnlyMore, 1 - won.ShareAtMost(std::nextafter(edge, -INFINITY)), bound);
}

}  // namespace

PeerValues ComparePeers(const features::FeatureDefinition& definition,
                        std::span<const float> values, const book::PeerGroup& group, float value,
                        double contribution, base::Language language) {
  const KnownValues won(values, group.won);
  const KnownValues lost(values, group.lost);
  PeerValues peers{.won = won.size(),
                   .lost = lost.size(),
                   .own = std::isnan(value) ? kNone : static_cast<double>(value),
                   .won_share = kNone,
                   .lost_share = kNone};
  const bool numeric = definition.kind == features::FeatureKind::kNumeric;
  for (std::size_t q = 0; q < kPeerLevels.size(); ++q) {
    peers.won_quantiles[q] = numeric ? won.Quantile(kPeerLevels[q]) : kNone;
    peers.lost_quantiles[q] = numeric ? lost.Quantile(kPeerLevels[q]) : kNone;
  }
  if (std::isnan(value)) {
    return peers;
  }
  const bool same = !numeric || definition.unit == "flag";
  peers.won_share = same ? won.ShareEqual(value) : won.ShareAtMost(value);
  peers.lost_share = same ? lost.ShareEqual(value) : lost.ShareAtMost(value);
  if (won.size() < kLeastForText) {
    return peers;
  }
  if (same && lost.size() >= kLeastForText && NearlyAll(peers.won_share, peers.lost_share)) {
    return peers;
  }
  if (same && lost.size() >= kLeastForText && HardlyAny(peers.won_share, peers.lost_share)) {
    peers.text = base::Say(kRareSame, language, {{"deals", Deals(kPastDeals, group, language)}});
  } else if (same) {
    peers.text = base::Say(
        kSameWon, language,
        {{"share", Rounded(peers.won_share)}, {"deals", Deals(kDealsWon, group, language)}});
    if (lost.size() >= kLeastForText) {
      peers.text += base::Say(kAndLost, language, {{"lost", Rounded(peers.lost_share)}});
    }
  } else {
    peers.text = NumberText(definition, group, won, lost, value, contribution, language);
  }
  return peers;
}

}  // namespace ri::deals
