#include "cli/commands.h"

#include <array>

namespace ri::cli {

std::span<const Command> Commands() {
  static const std::array kCommands = {
      Command{"demo",
              "The whole path on a synthetic company: data, model, deals, reasons, forecast",
              "  revint demo\n  revint demo --folder /tmp/acme --seed 7", AddDemo},
      Command{"inspect", "What is in a file: format, columns, types, what leaks the outcome",
              "  revint inspect export.csv\n  revint inspect export.csv --write-mapping "
              "export.toml\n  revint inspect leads.csv --outcome Converted --won 1",
              AddInspect},
      Command{"import", "Read an export, unchanged, into the database",
              "  revint import exports/\n  revint import deals.csv --mapping deals.toml\n"
              "  revint import exports/ --dry-run\n  revint import --watch dropped/",
              AddImport},
      Command{"generate", "Write a synthetic company as a Salesforce export, with its truth",
              "  revint generate --out demo --scenario realistic --deals 3000", AddGenerate},
      Command{"features", "The point-in-time feature matrix as CSV",
              "  revint features --as-of 2026-11-16 --out features.csv\n"
              "  revint features --from 2026-01-05 --to 2026-11-16 --out features.csv",
              AddFeatures},
      Command{"train", "Train, judge and register a model; exit code 5 when no signal is found",
              "  revint train --promote-if-better\n  revint train --cutoff 2026-07-01", AddTrain},
      Command{"models", "Versions of the model: list, show, card, promote, roll back",
              "  revint models list\n  revint models card champion\n"
              "  revint models promote 3f2a --reason \"better on the last quarter\"",
              AddModels},
      Command{"score", "Win probability and risks of every open deal",
              "  revint score\n  revint score --as-of 2026-11-16 --out scores.csv\n"
              "  revint score --as-of created --out scores.csv",
              AddScore},
      Command{"explain", "Why one deal has the probability it has",
              "  revint explain 0061000000A1b2cAAA\n"
              "  revint explain 0061000000A1b2cAAA --since 2026-11-09\n"
              "  revint explain 0061000000A1b2cAAA --what-if stage=Negotiation "
              "next_meeting=2026-12-01\n"
              "  revint explain 0061000000A1b2cAAA --counterfactual --target 0.5\n"
              "  revint explain 0061000000A1b2cAAA --similar\n"
              "  revint explain 0061000000A1b2cAAA --run 3 --json\n"
              "  revint explain --global",
              AddExplain},
      Command{"forecast", "The revenue distribution of a quarter",
              "  revint forecast\n  revint forecast --period 2026Q4 --by rep --filter region=EMEA\n"
              "  revint forecast --scenario 0061x=won --scenario 0062x=slipped",
              AddForecast},
      Command{"erase", "Remove a person's or an account's data, and keep it out of later imports",
              "  revint erase --person 003A000001 --dry-run\n"
              "  revint erase --person 003A000001 --reason \"request of 12 March\"\n"
              "  revint erase --account 001A000001\n"
              "  revint erase --list",
              AddErase},
      Command{"backup", "Write the whole database to one file while others work with it",
              "  revint backup --out monday.backup\n"
              "  revint backup --verify monday.backup\n"
              "  revint --db postgresql:///revint backup --out monday.backup --json",
              AddBackup},
      Command{"restore", "Fill a database from a backup; SQLite or PostgreSQL, whichever wrote it",
              "  revint --db sqlite:new.db restore monday.backup\n"
              "  revint --db postgresql:///revint restore monday.backup --force",
              AddRestore},
      Command{"monitor", "Freshness, drift and calibration as one weekly digest",
              "  revint monitor\n  revint monitor --as-of 2026-11-16 --json", AddMonitor},
      Command{"daily", "What is due today, once: import, check, train, promote, score; for a timer",
              "  revint daily --watch dropped/\n  revint daily --json\n"
              "  revint daily --today 2026-11-16",
              AddDaily},
      Command{"evidence",
              "A forecast as one signed file with everything it was made from, and its proof",
              "  revint evidence write --period 2026Q4 --out 2026Q4.evidence\n"
              "  revint evidence verify 2026Q4.evidence --public-key KEY",
              AddEvidence},
      Command{
          "alerts", "Alerts of the week: run, list, measure on the past, tune and mute rules",
          "  revint alerts run\n  revint alerts list --json\n  revint alerts measure --quarters "
          "8\n  revint alerts rules --rule silent --threshold 28\n  revint alerts rules --rule "
          "stalled --mute\n  revint alerts rules --hold-out 0.2",
          AddAlerts},
      Command{"quality", "How well open deals are described, what came late, what gaps cost",
              "  revint quality\n  revint quality --out quality.html\n"
              "  revint quality --as-of 2026-11-16 --no-cost --json",
              AddQuality},
      Command{"waterfall", "What moved the forecast between two dates, to the cent",
              "  revint waterfall --from 2026-11-09 --to 2026-11-16\n"
              "  revint waterfall --from 2026-10-05 --by team",
              AddWaterfall},
      Command{"submissions", "What people's own numbers were worth, by person and by reason",
              "  revint submissions\n  revint submissions --crm --json", AddSubmissions},
      Command{"backtest", "Replay every Monday of past quarters and compare with what happened",
              "  revint backtest\n  revint backtest --quarters 12 --out backtest.html\n"
              "  revint backtest --stored --json",
              AddBacktest},
      Command{"serve", "The web pages and the HTTP API, on this machine unless told otherwise",
              "  revint serve\n  revint --db postgresql://host/revint serve --listen 0.0.0.0:8080 "
              "--url https://revenue.example.com",
              AddServe},
      Command{"users", "Who may sign in to the server: list, add, link",
              "  revint users list\n  revint users add ann@example.com --name \"Ann Lee\" --role "
              "manager --rep 0051000000Xyz",
              AddUsers},
      Command{"audit", "The log of who did what: list, verify",
              "  revint audit list --action promote\n  revint audit verify", AddAudit},
      Command{"doctor", "Check the database, the data and the model; say what to do",
              "  revint doctor", AddDoctor},
  };
  return kCommands;
}

}  // namespace ri::cli
