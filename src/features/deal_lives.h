#pragma once

/// The lives of a deal, from the outcomes known about it: opened, closed, perhaps reopened.

#include <compare>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "data/event_log.h"

namespace ri::features {

inline constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

/// The symbols that say how a deal stands.
class OutcomeSymbols {
 public:
  explicit OutcomeSymbols(const data::EventLog& log);

  [[nodiscard]] bool IsWon(std::int64_t symbol) const { return symbol >= 0 && symbol == won_; }
  [[nodiscard]] bool IsLost(std::int64_t symbol) const { return symbol >= 0 && symbol == lost_; }
  /// A cleared outcome says "open" too.
  [[nodiscard]] bool IsOpen(std::int64_t symbol) const {
    return symbol == data::kNoValue || (symbol >= 0 && symbol == open_);
  }

 private:
  std::int64_t won_;
  std::int64_t lost_;
  std::int64_t open_;
};

/// Index of a text among the log's sorted symbols; -1 when it is not there.
[[nodiscard]] std::int64_t FindSymbol(const data::EventLog& log, std::string_view text);

/// One outcome event. Ordered as events take force; when it became visible does not matter for
/// that.
struct OutcomeEvent {
  std::int64_t event_time = 0;
  std::int64_t sequence = 0;
  std::int64_t value = data::kNoValue;  ///< symbol
  std::int64_t visible_time = 0;
};

/// Inserts in event order; equal events are kept once.
void InsertOutcome(std::vector<OutcomeEvent>& outcomes, const OutcomeEvent& event);

struct Life {
  std::int64_t opened = 0;
  std::int64_t closed = kNever;           ///< kNever while open
  std::int64_t outcome_visible = kNever;  ///< when `outcome` became known
  bool won = false;

  [[nodiscard]] bool is_closed() const { return closed != kNever; }
  friend bool operator==(const Life&, const Life&) = default;
};

/// Writes the lives into `lives`, at least one. A closed deal whose outcome changes without a
/// reopening stays one life with the later outcome and its time; the same outcome again changes
/// nothing. A life never closes before it opened. `outcomes` are in event order.
void TraceLives(const OutcomeSymbols& symbols, std::int64_t created,
                std::span<const OutcomeEvent> outcomes, std::vector<Life>& lives);

}  // namespace ri::features
