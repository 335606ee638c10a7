#pragma once

/// What the readers of one import share.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "ingest/deal_history.h"
#include "ingest/deal_writer.h"
#include "ingest/event_sink.h"
#include "ingest/exclusions.h"
#include "ingest/import_report.h"
#include "ingest/prior_knowledge.h"
#include "ingest/reject_log.h"

namespace ri::ingest {

struct ImportState {
  ImportState(data::ImportTransaction& transaction, std::int64_t known_at_ms)
      : sink(transaction, known_at_ms), rejects(&transaction), known_at(known_at_ms) {}

  EventSink sink;
  RejectLog rejects;
  std::int64_t known_at;
  /// What the store knew before; null for a first import.
  const PriorKnowledge* prior = nullptr;
  Exclusions exclusions;
  ImportReport report;
  DealHistory history;
  StageEndings endings;                                 ///< by stage symbol
  std::unordered_set<std::int64_t> qualifying;          ///< stage symbols
  std::unordered_map<std::uint32_t, int> minor_digits;  ///< deals whose currency has not two digits
  /// Deals that had a row, with the row's content and line: equal repeats are no mistake.
  struct SeenDeal {
    std::int64_t content = 0;
    std::int64_t line = 0;
    std::uint32_t file = 0;
  };
  std::unordered_map<std::uint32_t, SeenDeal> seen;
  /// Keys of deals with history, while the store may know their rows.
  std::unordered_map<std::uint32_t, std::string> history_keys;
  void NoteHistoryOf(std::uint32_t deal, std::string_view key) {
    if (prior != nullptr) {
      history_keys.try_emplace(deal, key);
    }
  }
};

/// Event time of facts without any date: they were always so.
inline constexpr std::int64_t kAlways = 0;

}  // namespace ri::ingest
