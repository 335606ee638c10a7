#pragma once

/// The weekly letter: where the quarter stands, what moved, what deserves a person's attention,
/// which models came and went. As a page for mail readers, as plain text, and as a document.

#include <optional>
#include <string>
#include <vector>

#include "domain/date.h"
#include "monitoring/digest.h"

namespace ri::service {

struct LetterForecast {
  std::string period;                                      ///< "2026Q4"
  std::string currency;                                    ///< code
  double booked = 0, mean = 0, p10 = 0, p50 = 0, p90 = 0;  ///< major units
  std::optional<double> quota_probability;
  std::optional<double> mean_before;  ///< in the letter before, of the same period
};

struct LetterDeal {
  std::string deal_id, name, owner;
  std::optional<double> amount;  ///< major units of `currency`
  std::string currency;
  double win_probability = 0;
  std::optional<double> risk;  ///< 0..100
};

/// An alert that was raised since the letter before.
struct LetterAlert {
  std::string deal_id, name, owner;
  std::string type;                 ///< "miss", "overdue", ...
  std::string reason;               ///< one or two sentences
  std::optional<double> precision;  ///< share of such alerts in the past that a miss followed
  std::size_t judged = 0;           ///< alerts behind the precision
};

/// Texts are UTF-8 and not yet escaped.
struct Letter {
  domain::Date day{};
  std::string model;    ///< version that scored
  std::string refusal;  ///< why base rates are served; empty otherwise
  std::optional<LetterForecast> forecast;
  std::vector<monitoring::Finding> findings;  ///< in reading order
  std::vector<LetterAlert> alerts;            ///< riskiest first
  std::size_t more_alerts = 0;                ///< raised as well and not listed
  std::vector<LetterDeal> deals;              ///< by what is at stake
  std::vector<std::string> models;            ///< what became of models since the last letter
  std::string sources;                        ///< one sentence
};

[[nodiscard]] std::string LetterSubject(const Letter& letter);
[[nodiscard]] std::string LetterText(const Letter& letter);
/// One HTML document without scripts, pictures or requests; legible in mail readers that take away
/// everything but attributes of style.
[[nodiscard]] std::string LetterHtml(const Letter& letter);

}  // namespace ri::service
