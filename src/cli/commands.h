#pragma once

/// The verbs of the command line, one file each: command_<verb>.cc.

#include <functional>
#include <span>

#include "cli/context.h"

namespace ri::cli {

struct Command {
  const char* name;
  const char* description;
  const char* examples;
  /// Registers the options on the verb and returns what runs when it was chosen. Options live in
  /// the returned action.
  std::function<Action(CLI::App&)> add;
};

[[nodiscard]] std::span<const Command> Commands();

Action AddInspect(CLI::App& app);
Action AddImport(CLI::App& app);
Action AddGenerate(CLI::App& app);
Action AddFeatures(CLI::App& app);
Action AddTrain(CLI::App& app);
Action AddModels(CLI::App& app);
Action AddDaily(CLI::App& app);
Action AddEvidence(CLI::App& app);
Action AddMonitor(CLI::App& app);
Action AddQuality(CLI::App& app);
Action AddScore(CLI::App& app);
Action AddExplain(CLI::App& app);
Action AddForecast(CLI::App& app);
Action AddWaterfall(CLI::App& app);
Action AddBacktest(CLI::App& app);
Action AddDemo(CLI::App& app);
Action AddErase(CLI::App& app);
Action AddServe(CLI::App& app);
Action AddUsers(CLI::App& app);
Action AddAlerts(CLI::App& app);
Action AddSubmissions(CLI::App& app);
Action AddAudit(CLI::App& app);
Action AddBackup(CLI::App& app);
Action AddRestore(CLI::App& app);
Action AddDoctor(CLI::App& app);

}  // namespace ri::cli
