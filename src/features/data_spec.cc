#include "features/data_spec.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "features/feature_engine.h"

namespace ri::features {
namespace {

constexpr std::string_view kIntroduction =
    R"(# Feature catalogue

Every number a model reads about a deal, as of a moment. This page is written by the program from its
own catalogue; edit the catalogue, not the page.

Rules that hold for all of them:

- **As of.** A value at a moment uses only events that were visible then: that had happened and were
  known. What is in force is the visible event with the latest event time; a correction that arrives
  late and is dated back does not overwrite newer state.
- **No future.** If everything that became visible later is deleted and the value is computed again,
  the same bytes come out. One exception, by need: outcomes whose moment the source does not know
  count in the win rates of deals created later. Which columns exist, and their labels, is decided on
  the whole store.
- **Missing.** A missing value is NaN, never 0. A source that does not record activities gives missing
  counts and raises `no_activity_sync`.
- **Windows** end at the snapshot and hold what is less than so many days old by its own event time.
- **Win rates** are (wins + k x prior) / (outcomes + k) with k = 15 unless configured. The prior is the
  rate of all deals, (wins + 1) / (outcomes + 2); for reps it is the rate of the team, that of the
  region before it. Corrected outcomes are taken back; the deal's own outcomes never count.
- **Sign** is the direction one expects between the feature and winning, where one is held to be
  certain: models may be told to respect it after the data were asked.
- Facts about stages (order, usual stay) are renewed every Monday 00:00 UTC.
- Features whose source never appears in a store are left out.
- **Sentence** is what reasons say: for a value above zero, for zero, for a negative value, divided by
  semicolons where they differ.
)";

/// Text inside a table cell.
std::string Cell(std::string_view text) {
  std::string cell;
  for (const char c : text) {
    if (c == '|' || c == '<') {
      cell += '\\';
    }
    cell += c;
  }
  return cell;
}

/// The sentences of a template, divided by semicolons, with the word for many.
std::string Sentences(std::string_view sentence) {
  std::string text;
  for (std::size_t at = 0; at < sentence.size(); ++at) {
    if (sentence.substr(at).starts_with("||")) {
      text += "; ";
      ++at;
    } else if (sentence.substr(at).starts_with("{s}")) {
      text += "s";
      at += 2;
    } else if (const std::size_t end = sentence.find('}', at);
               sentence[at] == '{' && end != std::string_view::npos &&
               sentence.substr(at, end - at).find('|') != std::string_view::npos) {
      text += sentence.substr(sentence.find('|', at) + 1, end - sentence.find('|', at) - 1);
      at = end;
    } else {
      text += sentence[at];
    }
  }
  return text;
}

std::string_view SignOf(int monotone) { return monotone > 0 ? "+" : (monotone < 0 ? "-" : ""); }

}  // namespace

std::string DataSpecification() {
  const auto catalogue = FullCatalogue();
  std::vector<std::string> groups;
  for (const FeatureDefinition& feature : catalogue) {
    if (std::find(groups.begin(), groups.end(), feature.group) == groups.end()) {
      groups.push_back(feature.group);
    }
  }
  std::string page(kIntroduction);
  for (const std::string& group : groups) {
    page += "\n## " + group + "\n\n";
    page +=
        "| name | kind | unit | window | meaning | missing when | leak note | sentence | sign |\n"
        "|---|---|---|---|---|---|---|---|---|\n";
    for (const FeatureDefinition& feature : catalogue) {
      if (feature.group != group) {
        continue;
      }
      page += "| `" + feature.name + "` | ";
      page += feature.kind == FeatureKind::kCategory ? "category" : "number";
      for (const std::string& text :
           {feature.unit, feature.window, feature.meaning, feature.missing_rule, feature.leak_note,
            Sentences(feature.sentence)}) {
        page += " | " + Cell(text);
      }
      page += " | ";
      page += SignOf(feature.monotone);
      page += " |\n";
    }
  }
  return page;
}

}  // namespace ri::features
