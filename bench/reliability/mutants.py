"""Breaks each gate and each run-time identity in a copy of the sources; a test must notice.

A gate is broken by letting everything pass. An identity is broken by asking for what cannot hold, so
that it must fire wherever it is reached: a test that stays green never reaches it.
"""

import os
import pathlib
import shutil
import subprocess
import sys

SOURCE = pathlib.Path(os.environ["RI_SOURCE_DIR"])
GATES = "src/training/gates.cc"
TRAINING = "ri_training_test"
MUTANTS = [
    ("G1 leaks", GATES, "if (leaking.empty()) {", "if (leaking.size() < 1000) {", TRAINING, "LeakGate*"),
    ("G2 minimum data", GATES, "gate.passed = closed_deals >= thresholds.min_closed &&",
     "gate.passed = closed_deals + 1000 >= thresholds.min_closed ||", TRAINING, "MinimumDataGate*"),
    ("G3 skill", GATES, """evidence.skill >= thresholds.min_skill &&
                (evidence.skill_lower > 0 || !thresholds.skill_bound) &&
                evidence.auc_lower > kAucOfGuessing;""", "evidence.skill > -1000;", TRAINING, "SkillGate*"),
    ("G4 calibration", GATES, "gate.passed = slope_good && level_good && error <= limit;",
     "gate.passed = slope_good || level_good || error <= limit + 1;", TRAINING, "CalibrationGate*"),
    ("G5 segments", GATES, "if (adjusted[i] < limit) {", "if (adjusted[i] < limit - 1) {", TRAINING, "SegmentGate*"),
    ("G6 champion", GATES, "interval.upper_bound < thresholds.max_loss_to_champion;",
     "interval.upper_bound < thresholds.max_loss_to_champion + 10;", TRAINING, "ChampionGate*"),
    ("G7 mean churn", GATES, "moved / n <= thresholds.max_mean_churn &&",
     "moved / n <= thresholds.max_mean_churn + 1 &&", TRAINING, "ChurnGate*"),
    ("G7 large moves", GATES, "share <= thresholds.max_large_churn_share;",
     "share <= thresholds.max_large_churn_share + 1;", TRAINING, "ChurnGate*"),
    ("G8 reasons", GATES, ".passed = failure.empty(),", ".passed = failure.size() < 100000,", TRAINING,
     "ExplanationGate*"),
    ("G9 coverage", GATES, "gate.passed = covered >= low && covered <= high;",
     "gate.passed = covered + quarters >= low && covered <= high + quarters;", TRAINING, "CoverageGate*"),
    ("G10 same bytes", GATES, ".passed = same_bytes,", ".passed = same_bytes || !what.empty(),", TRAINING,
     "ReproducibleGate*"),
    ("rollback", "src/monitoring/promotion_policy.cc",
     "breaches.size() >= 2 && breaches[breaches.size() - 1] && breaches[breaches.size() - 2];",
     "breaches.size() >= 1 && breaches[breaches.size() - 1];", "ri_monitoring_test", "*"),
    ("identity: steps of a waterfall", "src/forecasting/waterfall.cc",
     "RI_ASSERT(node.begin + steps == node.end);", "RI_ASSERT(node.begin + steps == node.end + 1);",
     "ri_forecasting_test", "Waterfall*"),
    ("identity: mass of a distribution", "src/forecasting/node_spectrum.cc",
     "RI_ASSERT(std::fabs(total - 1) < kLargestMassError);",
     "RI_ASSERT(std::fabs(total - 1) < kLargestMassError - 1);", "ri_forecasting_test", "ForecastEngine*"),
    ("identity: reasons and score", "src/deals/explain_deal.cc", "constexpr double kSumTolerance = 1e-9;",
     "constexpr double kSumTolerance = -1;", "ri_deals_test", "ExplainDeal*"),
    ("identity: what if", "src/deals/what_if.cc", "constexpr double kSumTolerance = 1e-9;",
     "constexpr double kSumTolerance = -1;", "ri_deals_test", "ExplainDealTest.AnEdit*"),
    ("identity: order of chances", "src/models/deal_outcome_model.cc",
     "RI_ASSERT(won >= won_before && won <= win && win <= 1);",
     "RI_ASSERT(won >= won_before && won <= win && win <= 0);", "ri_models_test", "DealOutcomeModel*"),
    ("identity: chances add up", "src/models/deal_outcome_model.cc",
     "RI_ASSERT(std::fabs(total - 1) <= kCoherenceTolerance);",
     "RI_ASSERT(std::fabs(total - 1) <= kCoherenceTolerance - 1);", "ri_models_test", "DealOutcomeModel*"),
]


def run(words, folder):
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)


def stale():
    """Mutants whose line to break is no longer there, or not alone."""
    return [name for name, path, old, *_ in MUTANTS
            if (SOURCE / path).read_text(encoding="utf-8").count(old) != 1]


def main():
    chosen = sys.argv[1:]
    if chosen == ["--stale"]:
        print("\n".join(stale()) or f"{len(MUTANTS)} mutants can be made")
        sys.exit(1 if stale() else 0)
    folder = pathlib.Path("sources").resolve()
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(["git", "clone", "-q", str(SOURCE), str(folder)], check=True)
    made = run(["cmake", "--preset", "dev"], folder)
    assert made.returncode == 0, made.stderr
    survived = 0
    for name, path, old, new, target, tests in MUTANTS:
        if chosen and not any(word in name for word in chosen):
            continue
        source = folder / path
        text = source.read_text(encoding="utf-8")
        if text.count(old) != 1:
            print(f"FAIL {name}: the line to break stands {text.count(old)} times in {path}", flush=True)
            survived += 1
            continue
        source.write_text(text.replace(old, new), encoding="utf-8")
        built = run(["ninja", "-C", "build/dev", "-j2", target], folder)
        noticed = built.returncode == 0 and run(
            [f"build/dev/bin/{target}", f"--gtest_filter={tests}", "--gtest_brief=1"], folder).returncode != 0
        source.write_text(text, encoding="utf-8")
        if built.returncode != 0:
            print(f"FAIL {name}: the broken copy does not compile\n{built.stdout[-1500:]}", flush=True)
        else:
            print(f"{'ok  ' if noticed else 'FAIL'} {name}: {'noticed' if noticed else 'nobody noticed'}", flush=True)
        survived += 0 if noticed else 1
    sys.exit(1 if survived else 0)


if __name__ == "__main__":
    main()
