#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "service/evidence.h"

namespace ri::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  service::EvidenceRequest request;
  std::string period;
  std::string file, public_key;
};

Status Write(Context& context, const Options& options) {
  service::EvidenceRequest request = options.request;
  request.now = context.now();
  if (!options.period.empty()) {
    request.period = domain::ParseQuarter(options.period);
    if (!request.period) {
      return Fail(ErrorCode::kUsage, "'" + options.period + "' is no quarter. Write 2026Q4.");
    }
  }
  if (!context.options().as_of.empty()) {
    RI_ASSIGN_OR_RETURN(request.as_of, context.AsOf());
  }
  RI_ASSIGN_OR_RETURN(request.known_at, context.KnownAt());
  if (request.key_path.empty()) {
    request.key_path = service::DefaultKeyPath(context.options().database);
  }
  RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
  RI_ASSIGN_OR_RETURN(const service::EvidenceReport report,
                      service::WriteEvidence(*workspace, request, context.progress()));
  context.Print(context.json()
                    ? Json{{"path", report.path},
                           {"period", report.period},
                           {"model_version", report.model_version},
                           {"has_outcome", report.has_outcome},
                           {"public_key", report.public_key},
                           {"sha256", report.sha256}}
                              .dump(2) +
                          "\n"
                    : fmt::format("The forecast of {} by model {} is in {}{}.\nWhoever is to check "
                                  "it needs the public key:\n  {}\n",
                                  report.period, report.model_version, report.path,
                                  report.has_outcome ? ", with its outcome" : "",
                                  report.public_key));
  return {};
}

Status Verify(Context& context, const Options& options) {
  RI_ASSIGN_OR_RETURN(const service::EvidenceCheck check,
                      service::VerifyEvidence(options.file, options.public_key));
  const Json document = Json::parse(check.document, nullptr, false);
  if (context.json()) {
    context.Print(Json{{"intact", true},
                       {"public_key", check.public_key},
                       {"sha256", check.sha256},
                       {"evidence", document}}
                      .dump(2, ' ', false, Json::error_handler_t::replace) +
                  "\n");
    return {};
  }
  context.Print(fmt::format(
      "{} is what was signed by {}{}.\nForecast of {} as of {}, written {}.\n", options.file,
      check.public_key,
      options.public_key.empty() ? " (compare it with the key you were given)" : "",
      document.value("period", ""), document.value("as_of", ""), document.value("written_at", "")));
  return {};
}

}  // namespace

Action AddEvidence(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.require_subcommand(1);
  CLI::App* write = app.add_subcommand("write", "Sign the forecast of a quarter as one file");
  write->add_option("--out", options->request.path, "File to write")->required();
  write->add_option("--period", options->period,
                    "Quarter, such as 2026Q4; default the running one");
  write->add_option("--model", options->request.model, "Alias or version; default champion");
  write
      ->add_option("--key", options->request.key_path,
                   "Secret key, made for its owner alone when there is none; default "
                   "NAME.evidence.key beside a SQLite database")
      ->envname("REVINT_EVIDENCE_KEY");
  CLI::App* verify = app.add_subcommand("verify", "Is the file what was signed, and by whom?");
  verify->add_option("file", options->file, "Evidence file")->required();
  verify->add_option("--public-key", options->public_key, "The key it must be signed by");
  for (CLI::App* verb : {write, verify}) {
    verb->fallthrough();
  }
  return [options, write](Context& context) -> Status {
    return write->parsed() ? Write(context, *options) : Verify(context, *options);
  };
}

}  // namespace ri::cli
