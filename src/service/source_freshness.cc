#include "service/source_freshness.h"

#include <map>

namespace ri::service {

Result<std::vector<monitoring::SourceFreshness>> JudgeSources(data::Store& store,
                                                              domain::Timestamp now) {
  RI_ASSIGN_OR_RETURN(const std::vector<data::Batch> batches, store.Batches());
  std::map<std::string, std::vector<domain::Timestamp>> arrivals;
  for (const data::Batch& batch : batches) {
    const domain::Timestamp arrived = domain::TimestampFromMilliseconds(batch.known_at);
    if (arrived <= now) {
      arrivals[batch.source].push_back(arrived);
    }
  }
  std::vector<monitoring::SourceFreshness> sources;
  for (const auto& [source, times] : arrivals) {
    sources.push_back(monitoring::JudgeFreshness(source, times, now));
  }
  return sources;
}

}  // namespace ri::service
