#pragma once

/// What the CRM holds about one deal: every version of its fields, activities and contact roles,
/// as written by people who are optimistic, late, and sometimes absent.

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "domain/date.h"
#include "synthetic/company.h"
#include "synthetic/deal_dynamics.h"
#include "synthetic/deal_latents.h"
#include "synthetic/deal_path.h"

namespace ri::synthetic {

inline constexpr std::int64_t kNoAmount = std::numeric_limits<std::int64_t>::min();

enum class ForecastCategory { kPipeline, kBestCase, kCommit, kClosed, kOmitted };

/// The fields of an opportunity from `time` on.
struct DealVersion {
  domain::Timestamp time;
  int stage = 0;                    ///< 0..5 open, kStageWon, kStageLost
  std::int64_t amount = kNoAmount;  ///< minor units of the deal's currency
  domain::Date commit_date;         ///< CloseDate
  ForecastCategory category = ForecastCategory::kPipeline;
  int owner = 0;           ///< rep
  int account_record = 0;  ///< 0 = the account, 1 = its duplicate record
};

enum class ActivityKind { kMeeting, kEmailIn, kEmailOut, kCall, kSponsorCall, kOnboarding };

struct DealActivity {
  ActivityKind kind = ActivityKind::kMeeting;
  domain::Timestamp when;     ///< when it takes place
  domain::Timestamp written;  ///< when the CRM learned of it
  int contact = 0;            ///< number among the account's contacts
  int owner = 0;              ///< rep
  int minutes = 0;
};

struct DealContactRole {
  domain::Timestamp time;
  int contact = 0;
  std::string_view role;
  bool primary = false;
};

/// One open-to-close life.
struct DealEpisode {
  DealDynamics dynamics;
  DealPath path;
  domain::Timestamp opened;
  /// True end and its amount; meaningful when the path has one.
  domain::Timestamp closed;
  std::int64_t final_amount = kNoAmount;
};

struct DealRecord {
  DealLatents latents;
  std::vector<DealEpisode> episodes;  ///< empty for a same-week close
  bool same_week_won = false;         ///< outcome of a same-week close
  domain::Timestamp same_week_closed;
  /// Ascending by time, all before as-of, at least one.
  std::vector<DealVersion> versions;
  std::vector<DealActivity> activities;        ///< written before as-of, by `written`
  std::vector<DealContactRole> contact_roles;  ///< before as-of, by time
  bool deleted = false;
  domain::Timestamp deleted_at;

  /// What the CRM showed at a moment. \pre time is after the creation
  [[nodiscard]] const DealVersion& VersionBefore(domain::Timestamp time) const;
};

/// Lives deal `index` and writes it down. Deterministic; safe to call from several threads.
[[nodiscard]] DealRecord MakeDealRecord(const Company& company, const InterventionArm& arm,
                                        std::uint64_t index);

/// Versions of a second, mistaken entry of the same deal; empty when there is none.
[[nodiscard]] std::vector<DealVersion> MakeDuplicate(const Company& company,
                                                     const DealRecord& record);

}  // namespace ri::synthetic
