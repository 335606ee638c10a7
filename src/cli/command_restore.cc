#include <CLI/CLI.hpp>
#include <memory>

#include "cli/backup_output.h"
#include "cli/commands.h"
#include "service/restore.h"

namespace ri::cli {
namespace {

struct Options {
  std::string file;
  bool force = false;
};

}  // namespace

Action AddRestore(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("file", options->file, "Backup to restore into the database of --db")->required();
  app.add_flag("--force", options->force, "Delete what the database holds");
  return [options](Context& context) -> Status {
    RI_ASSIGN_OR_RETURN(const data::BackupReport report,
                        service::Restore({.path = options->file,
                                          .database = context.options().database,
                                          .replace = options->force},
                                         context.progress()));
    context.Print(context.json() ? BackupJson(report, "restored")
                                 : BackupText(report, "Restored:"));
    return {};
  };
}

}  // namespace ri::cli
