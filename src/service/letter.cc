#include "service/letter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "documents/html_text.h"

namespace ri::service {
namespace {

std::string Percent(double share) { return fmt::format("{:.0f} %", 100 * share); }

/// "1,234,567 EUR", rounded: a letter is read, not computed with.
std::string Money(double amount, const std::string& currency) {
  std::string digits = fmt::format("{:.0f}", std::fabs(amount));
  for (std::size_t at = digits.size(); at > 3; at -= 3) {
    digits.insert(at - 3, ",");
  }
  return (amount <= -0.5 ? "-" : "") + digits + " " + currency;
}

std::string ForecastSentence(const LetterForecast& forecast) {
  std::string text =
      fmt::format("{}: {} expected, between {} and {} in eight of ten cases; {} of it is booked.",
                  forecast.period, Money(forecast.mean, forecast.currency),
                  Money(forecast.p10, forecast.currency), Money(forecast.p90, forecast.currency),
                  Money(forecast.booked, forecast.currency));
  if (forecast.mean_before) {
    const double change = forecast.mean - *forecast.mean_before;
    text += fmt::format(" That is {} {} than in the letter before.",
                        Money(std::fabs(change), forecast.currency), change < 0 ? "less" : "more");
  }
  if (forecast.quota_probability) {
    text +=
        fmt::format(" The quota is reached with {} chance.", Percent(*forecast.quota_probability));
  }
  return text;
}

std::string DealLine(const LetterDeal& deal) {
  return fmt::format("{}{}{}: {} to win{}{}", deal.name.empty() ? deal.deal_id : deal.name,
                     deal.owner.empty() ? "" : ", " + deal.owner,
                     deal.amount ? ", " + Money(*deal.amount, deal.currency) : "",
                     Percent(deal.win_probability),
                     deal.risk ? fmt::format(", risk {:.0f} of 100", *deal.risk) : "",
                     deal.name.empty() ? "" : " (" + deal.deal_id + ")");
}

void AddList(std::string& text, const std::string& title, const std::vector<std::string>& lines) {
  if (lines.empty()) {
    return;
  }
  text += "\n" + title + "\n";
  for (const std::string& line : lines) {
    text += "- " + line + "\n";
  }
}

void AddHtmlList(std::string& html, const std::string& title,
                 const std::vector<std::string>& lines) {
  if (lines.empty()) {
    return;
  }
  html += "<h2 style=\"font-size:16px;margin:24px 0 8px\">" + documents::Escaped(title) +
          "</h2><ul style=\"padding-left:20px;margin:0\">";
  for (const std::string& line : lines) {
    html += "<li style=\"margin:4px 0\">" + documents::Escaped(line) + "</li>";
  }
  html += "</ul>\n";
}

std::vector<std::string> FindingLines(const Letter& letter, bool page) {
  std::vector<std::string> lines;
  for (const monitoring::Finding& finding : letter.findings) {
    if (finding.page == page) {
      lines.push_back(finding.subject + ": " + finding.text);
    }
  }
  return lines;
}

std::vector<std::string> DealLines(const Letter& letter) {
  std::vector<std::string> lines;
  for (const LetterDeal& deal : letter.deals) {
    lines.push_back(DealLine(deal));
  }
  return lines;
}

std::string AlertLine(const LetterAlert& alert) {
  const std::string record =
      alert.precision
          ? fmt::format(" Of {} such alerts ({}) in the past, {} were followed by a miss.",
                        alert.judged, alert.type, Percent(*alert.precision))
          : fmt::format(" How often such alerts ({}) are right was not measured yet.", alert.type);
  return fmt::format("{}{}{}: {}{}", alert.name.empty() ? alert.deal_id : alert.name,
                     alert.owner.empty() ? "" : ", " + alert.owner,
                     alert.name.empty() ? "" : " (" + alert.deal_id + ")", alert.reason, record);
}

std::vector<std::string> AlertLines(const Letter& letter) {
  std::vector<std::string> lines;
  for (const LetterAlert& alert : letter.alerts) {
    lines.push_back(AlertLine(alert));
  }
  if (letter.more_alerts > 0) {
    lines.push_back(fmt::format("and {} more, in the list of alerts.", letter.more_alerts));
  }
  return lines;
}

std::string Opening(const Letter& letter) {
  return letter.forecast ? ForecastSentence(*letter.forecast)
                         : std::string("No forecast can be made yet.");
}

std::string Quiet(const Letter& letter) {
  return letter.findings.empty()
             ? "Nothing to report about data and model: no feature drifted, calibration holds."
             : "";
}

std::string Closing(const Letter& letter) {
  std::string text = letter.model.empty() ? "" : "Scored by model " + letter.model + ". ";
  if (!letter.refusal.empty()) {
    text += "Base rates are shown: " + letter.refusal + " ";
  }
  return text + "Chances inform; people decide.";
}

constexpr const char* kUrgent = "Needs a look today";
constexpr const char* kOther = "Also noticed";
constexpr const char* kAlerts = "New alerts";
constexpr const char* kDeals = "Most at stake";
constexpr const char* kModels = "Models";

}  // namespace

std::string LetterSubject(const Letter& letter) {
  const auto urgent = std::ranges::count(letter.findings, true, &monitoring::Finding::page);
  std::string subject = "Revenue, week of " + domain::FormatDate(letter.day);
  if (letter.forecast) {
    subject += fmt::format(": {} {}", letter.forecast->period,
                           Money(letter.forecast->mean, letter.forecast->currency));
  }
  return subject + (urgent > 0 ? fmt::format(" ({} urgent)", urgent) : "");
}

std::string LetterText(const Letter& letter) {
  std::string text = "Week of " + domain::FormatDate(letter.day) + "\n\n" + Opening(letter) + "\n";
  AddList(text, kUrgent, FindingLines(letter, true));
  AddList(text, kOther, FindingLines(letter, false));
  if (const std::string quiet = Quiet(letter); !quiet.empty()) {
    text += "\n" + quiet + "\n";
  }
  AddList(text, kAlerts, AlertLines(letter));
  AddList(text, kDeals, DealLines(letter));
  AddList(text, kModels, letter.models);
  if (!letter.sources.empty()) {
    text += "\nSources: " + letter.sources + "\n";
  }
  return text + "\n" + Closing(letter) + "\n";
}

std::string LetterHtml(const Letter& letter) {
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\"><title>" +
      documents::Escaped(LetterSubject(letter)) +
      "</title></head>\n<body style=\"font-family:system-ui,sans-serif;font-size:15px;"
      "line-height:1.5;max-width:640px;margin:24px auto;padding:0 16px\">\n"
      "<h1 style=\"font-size:20px;margin:0 0 12px\">Week of " +
      domain::FormatDate(letter.day) + "</h1>\n<p style=\"margin:0\">" +
      documents::Escaped(Opening(letter)) + "</p>\n";
  AddHtmlList(html, kUrgent, FindingLines(letter, true));
  AddHtmlList(html, kOther, FindingLines(letter, false));
  if (const std::string quiet = Quiet(letter); !quiet.empty()) {
    html += "<p>" + documents::Escaped(quiet) + "</p>\n";
  }
  AddHtmlList(html, kAlerts, AlertLines(letter));
  AddHtmlList(html, kDeals, DealLines(letter));
  AddHtmlList(html, kModels, letter.models);
  if (!letter.sources.empty()) {
    html += "<p>Sources: " + documents::Escaped(letter.sources) + "</p>\n";
  }
  return html + "<p style=\"font-size:13px;opacity:.75\">" + documents::Escaped(Closing(letter)) +
         "</p>\n</body></html>\n";
}

}  // namespace ri::service
