#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <memory>

#include "cli/commands.h"
#include "cli/text_table.h"
#include "documents/whole_file.h"
#include "service/daily.h"

namespace ri::cli {
namespace {

struct Options {
  std::string today;
  std::string password_file, token_file, hook_file;
  service::DailyRequest request;
};

std::string DailyText(const service::DailyReport& report) {
  std::string text =
      fmt::format("Daily run of {}, looking from {}: {}.\n\n", domain::FormatDate(report.day),
                  domain::FormatTimestamp(report.moment).substr(0, 16),
                  report.nothing_to_do() ? "nothing was left to do" : report.status);
  for (const std::string& note : report.notes) {
    text += "Note: " + note + "\n";
  }
  TextTable table({{"step"}, {"status"}, {""}});
  for (const service::DailyStepReport& step : report.steps) {
    table.AddRow({step.name, step.earlier ? step.status + " before" : step.status, step.summary});
  }
  return text + table.Render();
}

/// A secret from an environment variable or a file, of which the first line counts. Never from the
/// command line, which every user of the machine can read.
Result<std::string> Secret(const char* variable, const std::string& file) {
  std::string secret;
  if (!file.empty()) {
    RI_ASSIGN_OR_RETURN(secret, documents::ReadWholeFile(file));
    secret = secret.substr(0, secret.find_first_of("\r\n"));
  } else if (const char* value = std::getenv(variable)) {
    secret = value;
  }
  return secret;
}

void AddChannels(CLI::App& app, Options& options) {
  service::LetterChannels& channels = options.request.channels;
  app.add_option("--smtp", channels.mail_server.url,
                 "Mail server for the weekly letter: smtps://host:465 or smtp://host:587")
      ->envname("REVINT_SMTP");
  app.add_option("--smtp-user", channels.mail_server.user,
                 "Name at the mail server; the password is read from REVINT_SMTP_PASSWORD")
      ->envname("REVINT_SMTP_USER");
  app.add_option("--smtp-password-file", options.password_file,
                 "File with the password, instead of the environment")
      ->envname("REVINT_SMTP_PASSWORD_FILE");
  app.add_option("--mail-from", channels.mail_from, "Sender of letters")
      ->envname("REVINT_MAIL_FROM");
  app.add_option("--mail-to", channels.mail_to, "Receivers; each gets a letter of its own")
      ->delimiter(',')
      ->envname("REVINT_MAIL_TO");
  app.add_option("--webhook-file", options.hook_file,
                 "File with the https:// address that gets the letter as JSON; the address may be "
                 "in REVINT_WEBHOOK instead")
      ->envname("REVINT_WEBHOOK_FILE");
  app.add_option("--webhook-token-file", options.token_file,
                 "File with a bearer token for it; or REVINT_WEBHOOK_TOKEN")
      ->envname("REVINT_WEBHOOK_TOKEN_FILE");
  app.add_option("--ca-file", channels.mail_server.ca_file,
                 "Certificates to trust instead of the system's")
      ->envname("REVINT_CA_FILE");
}

Status ReadSecrets(const Options& options, service::LetterChannels& channels) {
  RI_ASSIGN_OR_RETURN(channels.mail_server.password,
                      Secret("REVINT_SMTP_PASSWORD", options.password_file));
  RI_ASSIGN_OR_RETURN(channels.web_hook.url, Secret("REVINT_WEBHOOK", options.hook_file));
  RI_ASSIGN_OR_RETURN(channels.web_hook.token, Secret("REVINT_WEBHOOK_TOKEN", options.token_file));
  channels.web_hook.ca_file = channels.mail_server.ca_file;
  return {};
}

}  // namespace

Action AddDaily(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--today", options->today,
                 "Run as if it were this day (midnight UTC) or instant; default now. For replays");
  app.add_option("--watch", options->request.watch,
                 "Folder into which exports are dropped; what is new in it is read first")
      ->envname("REVINT_WATCH");
  AddChannels(app, *options);
  return [options](Context& context) -> Status {
    service::DailyRequest request = options->request;
    RI_RETURN_IF_ERROR(ReadSecrets(*options, request.channels));
    request.now = context.now();
    if (!options->today.empty()) {
      RI_ASSIGN_OR_RETURN(request.now, ParseMoment(options->today, "--today"));
    }
    RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
    RI_ASSIGN_OR_RETURN(const service::DailyReport report,
                        service::RunDaily(*workspace, request, context.progress()));
    context.Print(context.json() ? service::DailyJson(report) : DailyText(report));
    return report.failure ? Status(std::unexpected(*report.failure)) : Status();
  };
}

}  // namespace ri::cli
