#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "book/engines.h"
#include "cli/commands.h"
#include "cli/formatting.h"
#include "cli/text_table.h"

namespace ri::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::int64_t limit = 50;
  std::string action, actor;
};

Status List(Context& context, const Options& options) {
  RI_ASSIGN_OR_RETURN(auto store, book::OpenOperations(context.options().database));
  RI_ASSIGN_OR_RETURN(const auto records,
                      store->AuditPage(0, options.limit, options.action, options.actor));
  TextTable table({{"entry", Align::kRight}, {"at"}, {"who"}, {"did"}, {"to"}});
  Json list = Json::array();
  for (const data::AuditRecord& record : records) {
    const std::string at = domain::FormatTimestamp(domain::TimestampFromMilliseconds(record.at));
    table.AddRow({std::to_string(record.id), at.substr(0, 19), record.actor, record.action,
                  Shorten(record.subject, 50)});
    list.push_back({{"entry_id", record.id},
                    {"at", at},
                    {"actor", record.actor},
                    {"action", record.action},
                    {"subject", record.subject},
                    {"detail", Json::parse(record.detail, nullptr, false)},
                    {"hash", record.hash}});
  }
  context.Print(context.json()    ? Json{{"items", list}}.dump(2) + "\n"
                : records.empty() ? "The audit log has no such entries.\n"
                                  : table.Render());
  return {};
}

Status Verify(Context& context) {
  RI_ASSIGN_OR_RETURN(auto store, book::OpenOperations(context.options().database));
  RI_ASSIGN_OR_RETURN(const data::AuditCheck check, store->VerifyAudit());
  if (context.json()) {
    context.Print(
        Json{{"intact", !check.first_broken.has_value()},
             {"entries", check.entries},
             {"head", check.head.empty() ? Json(nullptr) : Json(check.head)},
             {"first_broken_entry", check.first_broken ? Json(*check.first_broken) : Json(nullptr)}}
            .dump(2) +
        "\n");
  } else if (!check.first_broken) {
    context.Print(fmt::format(
        "{} entries, each consistent with the one before. Newest hash:\n  {}\nKeep it elsewhere: "
        "an end that was cut off is noticed only by comparing it.\n",
        check.entries, check.head.empty() ? "-" : check.head));
  }
  if (check.first_broken) {
    return Fail(ErrorCode::kRefused,
                fmt::format("The audit log is broken at entry {}: it was changed, or one before it "
                            "is gone. Compare with a backup.",
                            *check.first_broken));
  }
  return {};
}

}  // namespace

Action AddAudit(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.require_subcommand(1);
  CLI::App* list = app.add_subcommand("list", "Newest entries");
  list->add_option("--limit", options->limit, "Entries; default 50")->check(CLI::Range(1, 100000));
  list->add_option("--action", options->action, "Only this action, for example promote");
  list->add_option("--actor", options->actor, "Only this person");
  CLI::App* verify = app.add_subcommand("verify", "Recompute the chain; exit code 5 when broken");
  return [options, verify](Context& context) -> Status {
    return verify->parsed() ? Verify(context) : List(context, *options);
  };
}

}  // namespace ri::cli
