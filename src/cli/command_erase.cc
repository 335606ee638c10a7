#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/formatting.h"
#include "cli/text_table.h"
#include "service/erase.h"

namespace ri::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  service::EraseRequest request;
  bool list = false;
};

std::string KindName(data::EntityKind kind) {
  switch (kind) {
    case data::EntityKind::kAccount:
      return "account";
    case data::EntityKind::kContact:
      return "contact";
    case data::EntityKind::kRep:
      return "rep";
    default:
      return "other";
  }
}

Json EntryJson(const data::ErasureEntry& entry) {
  return {
      {"id", entry.id},
      {"erased_at", domain::FormatTimestamp(domain::TimestampFromMilliseconds(entry.erased_at))},
      {"kind", KindName(entry.kind)},
      {"anonymous_key", entry.anonymous_key},
      {"reason", entry.reason},
      {"affected_score_runs", entry.score_runs},
      {"affected_models", entry.models}};
}

std::string EntryText(const data::ErasureEntry& entry) {
  std::string text =
      fmt::format("{} erased at {}, now known as {}.", KindName(entry.kind),
                  domain::FormatTimestamp(domain::TimestampFromMilliseconds(entry.erased_at)),
                  entry.anonymous_key);
  text += entry.reason.empty() ? "\n" : " Reason: " + entry.reason + "\n";
  if (!entry.score_runs.empty()) {
    text += "Score runs that read an erased value: " +
            fmt::format("{}", fmt::join(entry.score_runs, " ")) + "\n";
  }
  if (!entry.models.empty()) {
    text += "Models that may have learned from it; train anew: " +
            fmt::format("{}", fmt::join(entry.models, " ")) + "\n";
  }
  return text;
}

std::string ReportText(const data::ErasureReport& report) {
  std::string text;
  if (report.already_erased) {
    text = "Erased before; nothing was left to do.\n";
  } else if (report.dry_run) {
    text = "Dry run, nothing was changed. The erasure would do this:\n";
  }
  for (const data::ErasureEntry& entry : report.entries) {
    text += EntryText(entry);
  }
  if (!report.already_erased) {
    text += fmt::format("{} deals pointed at it", report.num_deals);
    text += report.num_contacts > 0
                ? fmt::format("; {} contacts of no other account went with it.\n\n",
                              report.num_contacts)
                : ".\n\n";
    TextTable table({{"changed"}, {"rows", Align::kRight}});
    for (const data::ErasureCount& count : report.counts) {
      table.AddRow({count.what, FormatWhole(static_cast<double>(count.rows))});
    }
    text += table.Render();
    text += report.entries.empty() || report.entries.front().models.empty()
                ? "\nNo number that a model reads has changed: scores and sums stay reproducible.\n"
                : "\nSums of deals stay as they were; the results above are marked.\n";
  }
  for (const std::string& note : report.notes) {
    text += "Note: " + note + "\n";
  }
  return text;
}

std::string ReportJson(const data::ErasureReport& report) {
  Json entries = Json::array();
  for (const data::ErasureEntry& entry : report.entries) {
    entries.push_back(EntryJson(entry));
  }
  Json counts = Json::object();
  for (const data::ErasureCount& count : report.counts) {
    counts[count.what] = count.rows;
  }
  const Json document = {{"already_erased", report.already_erased},
                         {"dry_run", report.dry_run},
                         {"erased", std::move(entries)},
                         {"deals", report.num_deals},
                         {"contacts_of_the_account", report.num_contacts},
                         {"changed_rows", std::move(counts)},
                         {"notes", report.notes}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Status List(Context& context) {
  RI_ASSIGN_OR_RETURN(const auto entries, service::Erasures(context.options().database));
  Json list = Json::array();
  std::string text = entries.empty() ? "Nothing was erased so far.\n" : "";
  for (const data::ErasureEntry& entry : entries) {
    list.push_back(EntryJson(entry));
    text += EntryText(entry);
  }
  context.Print(context.json() ? Json{{"erasures", list}}.dump(2) + "\n" : text);
  return {};
}

}  // namespace

Action AddErase(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--account", options->request.account_key,
                 "Key of an account, as the source names it");
  app.add_option("--person", options->request.person_key, "Key of a contact or rep");
  app.add_option("--reason", options->request.reason, "Why; kept in the log");
  app.add_flag("--dry-run", options->request.dry_run, "Say what would change, change nothing");
  app.add_flag("--list", options->list, "Show the log of erasures instead");
  return [options](Context& context) -> Status {
    if (options->list) {
      return List(context);
    }
    service::EraseRequest request = options->request;
    request.database = context.options().database;
    request.now = context.now();
    if (request.account_key.empty() == request.person_key.empty()) {
      return Fail(ErrorCode::kUsage, "Give either --account KEY, --person KEY or --list.");
    }
    RI_ASSIGN_OR_RETURN(const data::ErasureReport report,
                        service::Erase(request, context.progress()));
    context.Print(context.json() ? ReportJson(report) : ReportText(report));
    return {};
  };
}

}  // namespace ri::cli
