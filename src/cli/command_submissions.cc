#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <memory>

#include "book/deal_book.h"
#include "book/engines.h"
#include "cli/commands.h"
#include "cli/formatting.h"
#include "cli/text_table.h"
#include "domain/money.h"
#include "revenue/submissions_report.h"

namespace ri::cli {
namespace {

constexpr std::int64_t kNewest = 100'000;

struct Options {
  bool crm = false;
  std::string model = "champion";
};

// In the currency of the report, at the rates of the day a number was given. Without a rate of that
// day it is counted only.
std::vector<revenue::ForecastSubmission> Comparable(
    const std::vector<data::StoredSubmission>& stored, const book::ReportingAmounts& amounts,
    std::size_t& left_out) {
  std::vector<revenue::ForecastSubmission> submissions;
  for (const data::StoredSubmission& line : stored) {
    const domain::Timestamp at{std::chrono::milliseconds(line.at)};
    const auto major = [&](const std::optional<std::int64_t>& minor) {
      const double value = amounts.ToReporting(minor, line.currency, at);
      return std::isnan(value) ? std::nullopt : std::optional(value);
    };
    const auto period = domain::ParseQuarter(line.period);
    const auto amount = major(line.amount_minor);
    if (!period || !amount) {
      ++left_out;
      continue;
    }
    submissions.push_back({.person = line.actor,
                           .reason = line.reason_code.value_or(""),
                           .note = line.note.value_or(""),
                           .node = line.node_id,
                           .period = *period,
                           .at = at,
                           .amount = *amount,
                           .model_mean = major(line.model_mean),
                           .model_p10 = major(line.model_p10),
                           .model_p50 = major(line.model_p50),
                           .model_p90 = major(line.model_p90)});
  }
  return submissions;
}

std::string LinesText(const char* title, const std::vector<revenue::SubmissionLine>& lines) {
  TextTable table({{title},
                   {"numbers", Align::kRight},
                   {"judged", Align::kRight},
                   {"closer than the model", Align::kRight},
                   {"error", Align::kRight},
                   {"bias", Align::kRight},
                   {"closer by, mean", Align::kRight},
                   {"standard error", Align::kRight}});
  for (const revenue::SubmissionLine& line : lines) {
    const bool compared = line.compared > 0;
    table.AddRow(
        {line.name.empty() ? "(no reason)" : line.name, std::to_string(line.submissions),
         std::to_string(line.judged),
         compared ? fmt::format("{} of {}", line.closer, line.compared) : "-",
         line.judged > 0 ? fmt::format("{:.1f} %", 100 * line.mean_error) : "-",
         line.judged > 0 ? fmt::format("{:+.1f} %", 100 * line.bias) : "-",
         compared ? fmt::format("{:+.0f}", line.value_added) : "-",
         line.value_added_error > 0 ? fmt::format("{:.0f}", line.value_added_error) : "-"});
  }
  return table.Render();
}

std::string ReportText(const revenue::SubmissionsReport& report, domain::Currency currency,
                       std::size_t left_out) {
  std::string text;
  if (report.people.empty()) {
    text = "Nobody has submitted a number yet.\n";
  } else {
    text = fmt::format(
        "Numbers people gave against what happened and against the model at that moment, in {}.\n"
        "Closer by: how much nearer to the outcome than the model; negative is further away.\n\n",
        currency.code());
    text += LinesText("person", report.people) + "\n" + LinesText("reason", report.reasons);
  }
  if (left_out > 0) {
    text += fmt::format(
        "{} numbers were given in a currency without a rate of that day and are left out.\n",
        left_out);
  }
  return text;
}

}  // namespace

Action AddSubmissions(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_flag("--crm", options->crm,
               "Also the calls the CRM recorded, which have no model beside");
  app.add_option("--model", options->model, "Alias or version; default champion");
  return [options](Context& context) -> Status {
    RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
    book::BookRequest request{.model = options->model, .now = context.now()};
    if (!context.options().as_of.empty()) {
      RI_ASSIGN_OR_RETURN(request.as_of, context.AsOf());
    }
    RI_ASSIGN_OR_RETURN(request.known_at, context.KnownAt());
    RI_ASSIGN_OR_RETURN(const auto book, book::OpenBook(*workspace, request, context.progress()));
    RI_ASSIGN_OR_RETURN(auto operations, book::OpenOperations(context.options().database));
    RI_ASSIGN_OR_RETURN(const auto stored, operations->Submissions("", 0, kNewest));
    const domain::Currency currency = book->amounts().currency();
    const revenue::ForecastView view = revenue::ViewOf(*book);
    std::size_t left_out = 0;
    std::vector<revenue::ForecastSubmission> submissions =
        Comparable(stored, book->amounts(), left_out);
    if (options->crm) {
      const auto imported = revenue::ImportedSubmissions(view);
      submissions.insert(submissions.end(), imported.begin(), imported.end());
    }
    const revenue::SubmissionsReport report = revenue::JudgeSubmissions(view, submissions);
    context.Print(context.json() ? revenue::SubmissionsJson(report, submissions)
                                 : ReportText(report, currency, left_out));
    return {};
  };
}

}  // namespace ri::cli
