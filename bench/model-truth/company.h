#pragma once

/// An invented company, imported like any other, with the exact chances of its open deals beside
/// it.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "book/workspace.h"
#include "domain/date.h"
#include "features/feature_table.h"

namespace ri::bench {

/// A snapshot with what was true of it.
struct TrueSnapshot {
  features::SnapshotKey key;
  domain::Date commit_date{};
  double win_ever = 0;
  double win_by_quarter_end = 0;
  double slip = 0;  ///< still open at the end of the committed date
};

struct CompanyOptions {
  std::string scenario = "realistic";
  std::size_t deals = 0;
  std::uint64_t seed = 1;
  int judged_weeks = 26;  ///< Mondays after the cutoff
  int num_threads = 2;
};

/// Lives in a temporary folder that is removed with it.
class Company {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Company>> Make(const CompanyOptions& options);
  ~Company();
  Company(const Company&) = delete;
  Company& operator=(const Company&) = delete;

  [[nodiscard]] const book::Knowledge& knowledge() const { return *knowledge_; }
  [[nodiscard]] const domain::FiscalCalendar& calendar() const { return calendar_; }
  /// Training sees what was known before it; snapshots from it on are judged.
  [[nodiscard]] domain::Timestamp cutoff() const { return cutoff_; }
  [[nodiscard]] const std::vector<TrueSnapshot>& judged() const { return judged_; }
  /// The exact chance of any Monday of the past to be won at all; empty where it was not written.
  [[nodiscard]] std::optional<double> TrueChanceOf(const features::SnapshotKey& key) const;

 private:
  Company() = default;

  struct TruthKey {
    std::string deal;
    std::string monday;
    friend auto operator<=>(const TruthKey&, const TruthKey&) = default;
  };
  [[nodiscard]] TruthKey KeyOf(const features::SnapshotKey& key) const;
  [[nodiscard]] static Result<std::map<TruthKey, TrueSnapshot>> ReadTruth(const std::string& path);

  std::string folder_;
  std::unique_ptr<book::Workspace> workspace_;
  std::shared_ptr<const book::Knowledge> knowledge_;
  domain::FiscalCalendar calendar_ = domain::FiscalCalendar::Monthly();
  domain::Timestamp cutoff_{};
  std::map<TruthKey, TrueSnapshot> truth_;
  std::vector<TrueSnapshot> judged_;
};

}  // namespace ri::bench
