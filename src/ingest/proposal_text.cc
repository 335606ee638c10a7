#include "ingest/proposal_text.h"

#include <filesystem>
#include <set>

#include "ingest/header.h"
#include "ingest/toml_text.h"

namespace ri::ingest {
namespace {

std::string NeverUse(const MappingProposal& proposal) {
  std::string text =
      "# Filled or changed when a deal closes: a model must not read them. Move every other "
      "such\n"
      "# column here.\nnever_use = [";
  bool any = false;
  for (const ProposedColumn& column : proposal.columns) {
    if (column.use == "never_use") {
      text += (any ? "" : "\n") + std::string("  ") + Quote(column.name) + ",  # " + column.reason +
              "\n";
      any = true;
    }
  }
  return text + "]\n";
}

}  // namespace

std::string ProposalText(const ProposalParts& parts) {
  std::string stem = std::filesystem::path(parts.path).filename().string();
  stem = stem.substr(0, stem.find('.'));
  std::string text = "# Proposed from the first " + std::to_string(parts.num_rows) +
                     " rows; read it before you import.\n";
  for (const std::string& question : parts.proposal.questions) {
    text += "# To decide: " + question + "\n";
  }
  text += "name = " + Quote(LowerCase(stem)) +
          "\n# The currency of amounts without a currency column.\ncurrency = \"" +
          (parts.currency.empty() ? "USD" : parts.currency) + "\"\n" + parts.conventions +
          "\n[[file]]\nnoun = \"deal\"\nmatch = [" + Quote(stem + "*") +
          "]\n# Totals and remarks below the table are no deals.\nfooter = true\n" +
          NeverUse(parts.proposal);
  if (parts.created_sometimes) {
    text +=
        "# Some deals have no creation date: they begin with the export.\n"
        "created_when_missing = \"export\"\n";
  }
  std::set<std::string> ignored;
  std::string custom;
  for (const ProposedColumn& column : parts.proposal.columns) {
    if (column.use == "ignore") {
      ignored.insert(column.name);
    } else if (column.use == "custom") {
      custom += Quote(column.name) + " = \"" + column.type + "\"" +
                (column.date_format.empty() ? "" : "  # " + column.date_format) + "\n";
    }
  }
  if (!ignored.empty()) {
    text += "ignore = " + QuoteAll(ignored) + "  # always empty\n";
  }
  text += "\n# Role = column. Dates: ";
  std::string dates;
  for (const ProposedColumn& column : parts.proposal.columns) {
    if (!column.date_format.empty() && column.use != "custom") {
      dates += (dates.empty() ? "" : "; ") + OneLine(column.name) + " is " + column.date_format;
    }
  }
  text += (dates.empty() ? "none" : dates) + ".\n[file.columns]\n" + parts.roles;
  if (parts.outcome.empty()) {
    text += "# No column says how deals ended: all count as open.\n";
  }
  text += parts.outcome + parts.clock;
  if (!custom.empty()) {
    text +=
        "\n# Your own columns; each becomes a feature (text does not).\n[file.custom]\n" + custom;
  }
  return text;
}

}  // namespace ri::ingest
