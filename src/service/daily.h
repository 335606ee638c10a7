#pragma once

/// Use case: everything that is due today, once. Reads new exports, judges sources and model, lets
/// models come and go, scores, raises alerts, writes the weekly letter.
///
/// Each step is written to a journal before the next begins, and every step finds what an earlier
/// try of itself has done already. A run that was killed goes on where it stopped; a second run of
/// a day changes nothing. Everything looks from one moment, so that days can be replayed.

#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "book/workspace.h"
#include "domain/date.h"
#include "service/letter_delivery.h"

namespace ri::service {

struct DailyRequest {
  /// From which the steps look; its date is the day of the run. A run that goes on keeps the moment
  /// it began with.
  domain::Timestamp now{};
  std::string watch;  ///< folder into which exports are dropped; empty: nothing is imported
  std::string actor = "daily run";
  LetterChannels channels;  ///< none: letters are written and kept, not sent
};

struct DailyStepReport {
  std::string name;      ///< "score"
  std::string status;    ///< done; skipped: not due; refused: a gate said no; failed: tried again
  std::string summary;   ///< one sentence
  std::string report;    ///< JSON object with the figures
  bool earlier = false;  ///< by an earlier run of the same day
};

struct DailyReport {
  domain::Date day{};
  domain::Timestamp moment{};
  std::string status;  ///< done or failed
  std::vector<DailyStepReport> steps;
  std::vector<std::string> notes;
  std::optional<Error> failure;  ///< of the first step that failed
  /// Everything was done before this run began.
  [[nodiscard]] bool nothing_to_do() const;
};

/// One process at a time: kConflict when another one is at it. kUsage for a day before the last
/// one. A step that fails is in the report; those that do not need it go on.
[[nodiscard]] Result<DailyReport> RunDaily(book::Workspace& workspace, const DailyRequest& request,
                                           base::Progress& progress);

/// One JSON document.
[[nodiscard]] std::string DailyJson(const DailyReport& report);

}  // namespace ri::service
