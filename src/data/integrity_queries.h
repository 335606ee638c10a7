#pragma once

/// Rules the bulk tables must obey although no index or foreign key guards them, as queries that
/// every engine understands.

#include <cstdint>
#include <string>
#include <string_view>

namespace ri::data {

struct CountQuery {
  std::string_view name;
  std::string_view sql;
};

inline constexpr CountQuery kCountQueries[] = {
    {"imports", "SELECT count(*) FROM batches"},
    {"entities", "SELECT count(*) FROM entities"},
    {"texts", "SELECT count(*) FROM symbols"},
    {"events", "SELECT count(*) FROM events"},
    {"rejected rows", "SELECT count(*) FROM rejects"},
    {"models", "SELECT count(*) FROM models"},
    {"score runs", "SELECT count(*) FROM score_runs"},
    {"erasures", "SELECT count(*) FROM erasures"},
};

/// `sql` counts the violations of `rule`.
struct IntegrityQuery {
  std::string_view rule;
  std::string_view sql;
};

inline constexpr IntegrityQuery kIntegrityQueries[] = {
    {"every event belongs to an import",
     "SELECT count(*) FROM events WHERE batch NOT IN (SELECT id FROM batches)"},
    {"every import holds as many events as it says",
     "SELECT count(*) FROM batches b LEFT JOIN (SELECT batch, count(*) AS n FROM events GROUP BY "
     "batch) e ON e.batch = b.id WHERE b.num_events <> coalesce(e.n, 0)"},
    {"every event concerns an entity of its attribute's kind",
     "SELECT count(*) FROM events v LEFT JOIN entities e ON e.id = v.entity LEFT JOIN attributes a "
     "ON a.id = v.attribute WHERE e.kind IS NULL OR a.kind IS NULL OR e.kind <> a.kind"},
    {"every text value is in the dictionary",
     "SELECT count(*) FROM events v JOIN attributes a ON a.id = v.attribute LEFT JOIN symbols s ON "
     "s.id = v.value WHERE a.type = 7 AND v.value IS NOT NULL AND s.id IS NULL"},
    {"every reference points at an entity of the right kind",
     "SELECT count(*) FROM events v JOIN attributes a ON a.id = v.attribute LEFT JOIN entities e "
     "ON "
     "e.id = v.value WHERE a.type = 8 AND v.value IS NOT NULL AND (e.kind IS NULL OR e.kind <> "
     "a.reference_kind)"},
    {"no key is stored twice",
     "SELECT count(*) FROM (SELECT kind, key FROM entities GROUP BY kind, key HAVING count(*) > 1) "
     "twice"},
    {"no text is stored twice",
     "SELECT count(*) FROM (SELECT text FROM symbols GROUP BY text HAVING count(*) > 1) twice"},
};

/// Sentence for a person about a rule that rows break.
[[nodiscard]] inline std::string BrokenRule(const IntegrityQuery& query, std::int64_t violations) {
  return "The database contradicts itself: " + std::to_string(violations) +
         " rows break the rule \"" + std::string(query.rule) +
         "\". Restore it from a backup, or import the exports again into a new database.";
}

}  // namespace ri::data
