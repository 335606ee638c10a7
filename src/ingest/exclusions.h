#pragma once

/// Deals that are kept out of training, with the reason.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "ingest/event_sink.h"

namespace ri::ingest {

/// Strongest first: a deal has one reason.
enum class Exclusion : std::uint8_t {
  kMerged,      ///< another deal took it in
  kTestRecord,  ///< its name says that it is no real deal
  kBulkLoad,    ///< created on a day on which a whole system was loaded
  kBornClosed,  ///< created when it was over already
};
[[nodiscard]] std::string_view NameOf(Exclusion reason);

/// True for the names of test and dummy records: "Test", "test 123", "zzz do not use". A name that
/// merely contains the word ("Load test rig") is a deal.
[[nodiscard]] bool IsTestName(std::string_view name);

/// Gathers reasons while deals are read and writes one event per excluded deal at the end, so that
/// nothing depends on the order of rows. Memory: 16 bytes per deal. Thread safety: one thread.
class Exclusions {
 public:
  /// \param from  event time of the exclusion: the deal's creation; kAtExport is possible
  void Add(std::uint32_t deal, Exclusion reason, std::int64_t from);
  /// A deal with a real creation date; bulk loads are found among them.
  void AddCreated(std::uint32_t deal, std::int64_t created) { created_.push_back({created, deal}); }

  /// A day is a bulk load when it has at least 25 deals, eight times as many as the day with the
  /// most deals among nine tenths of the days, and there are 20 days with deals to compare with.
  /// Returns those days as day numbers, ascending.
  [[nodiscard]] std::vector<std::int64_t> FindBulkDays();

  Status Write(EventSink& sink);
  /// Deals by reason, as written.
  [[nodiscard]] const std::map<std::string, std::int64_t>& counts() const { return counts_; }

 private:
  struct Created {
    std::int64_t time = 0;
    std::uint32_t deal = 0;
  };
  struct Reason {
    Exclusion reason = Exclusion::kBornClosed;
    std::int64_t from = 0;
  };
  std::vector<Created> created_;
  std::unordered_map<std::uint32_t, Reason> reasons_;
  std::map<std::string, std::int64_t> counts_;
};

}  // namespace ri::ingest
