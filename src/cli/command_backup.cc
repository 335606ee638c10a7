#include <CLI/CLI.hpp>
#include <memory>

#include "cli/backup_output.h"
#include "cli/commands.h"
#include "service/backup.h"

namespace ri::cli {
namespace {

struct Options {
  std::string out;
  std::string verify;
};

}  // namespace

Action AddBackup(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--out", options->out, "File to write; it appears when it is complete");
  app.add_option("--verify", options->verify, "Check this backup instead; needs no database");
  return [options](Context& context) -> Status {
    if (options->out.empty() == options->verify.empty()) {
      return Fail(ErrorCode::kUsage, "Give either --out FILE or --verify FILE.");
    }
    if (!options->verify.empty()) {
      RI_ASSIGN_OR_RETURN(const data::BackupReport report,
                          data::VerifyBackup(options->verify, context.progress()));
      context.Print(context.json() ? BackupJson(report, "verified")
                                   : BackupText(report, "The backup is whole:"));
      return {};
    }
    RI_ASSIGN_OR_RETURN(const data::BackupReport report,
                        service::BackUp(context.options().database, options->out, context.now(),
                                        context.progress()));
    context.Print(context.json() ? BackupJson(report, "written")
                                 : BackupText(report, "Written and read back:"));
    return {};
  };
}

}  // namespace ri::cli
