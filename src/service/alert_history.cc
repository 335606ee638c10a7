#include "service/alert_history.h"

#include <nlohmann/json.hpp>

#include "service/alert_settings.h"

namespace ri::service {
namespace {

using Json = nlohmann::json;

std::string TextOf(const Json& value) {
  if (value.is_string()) {
    return value.get<std::string>();
  }
  if (!value.is_array()) {
    return value.is_null() ? std::string() : value.dump();
  }
  std::string text;
  for (const Json& one : value) {
    text += (text.empty() ? "" : ", ") + TextOf(one);
  }
  return text;
}

Json Member(const Json& object, std::string_view name) {
  const auto found = object.find(name);
  return found == object.end() ? Json() : *found;
}

/// What differs between two documents of AlertSettingsJson().
void AddDifferences(const Json& before, const Json& after, const AlertChangeRecord& entry,
                    std::vector<AlertChangeRecord>& changes) {
  const auto add = [&](std::string_view rule, std::string_view what, const Json& from,
                       const Json& to) {
    AlertChangeRecord& change = changes.emplace_back(entry);
    change.rule = rule;
    change.what = what;
    change.before = TextOf(from);
    change.after = TextOf(to);
  };
  for (std::size_t type = 0; type < kAlertTypes; ++type) {
    const std::string_view name = AlertTypeName(type);
    const Json from = Member(Member(before, "types"), name);
    const Json to = Member(Member(after, "types"), name);
    if (from.is_object() && to.is_object()) {
      const bool muted = to.value("muted", false);
      if (from.value("muted", false) != muted) {
        add(name, muted ? "muted" : "unmuted", {}, {});
      }
      if (Member(from, "threshold") != Member(to, "threshold")) {
        add(name, "threshold", Member(from, "threshold"), Member(to, "threshold"));
      }
    }
  }
  for (const auto& [member, what] :
       {std::pair{"new_per_rep_and_week", "budget"}, std::pair{"holdout_share", "holdout_share"},
        std::pair{"counted_categories", "categories"}}) {
    if (Member(before, member) != Member(after, member)) {
      add("", what, Member(before, member), Member(after, member));
    }
  }
}

}  // namespace

Result<std::vector<AlertChangeRecord>> AlertChanges(data::OperationsStore& operations,
                                                    std::int64_t limit) {
  RI_ASSIGN_OR_RETURN(const auto entries, operations.AuditPage(0, limit, kAlertAuditAction, ""));
  std::vector<AlertChangeRecord> changes;
  for (const data::AuditRecord& entry : entries) {
    const Json detail = Json::parse(entry.detail, nullptr, false);
    if (detail.is_object()) {
      AddDifferences(Member(detail, "before"), Member(detail, "after"),
                     {.at = domain::TimestampFromMilliseconds(entry.at),
                      .actor = entry.actor,
                      .reason = TextOf(Member(detail, "reason"))},
                     changes);
    }
  }
  return changes;
}

std::string AlertChangesJson(const std::vector<AlertChangeRecord>& changes) {
  const auto text = [](const std::string& value) { return value.empty() ? Json() : Json(value); };
  nlohmann::ordered_json items = nlohmann::ordered_json::array();
  for (const AlertChangeRecord& change : changes) {
    items.push_back({{"at", domain::FormatTimestamp(change.at)},
                     {"actor", change.actor},
                     {"rule", text(change.rule)},
                     {"what", change.what},
                     {"before", text(change.before)},
                     {"after", text(change.after)},
                     {"reason", text(change.reason)}});
  }
  return nlohmann::ordered_json{{"items", std::move(items)}}.dump(-1, ' ', false,
                                                                  Json::error_handler_t::replace);
}

}  // namespace ri::service
