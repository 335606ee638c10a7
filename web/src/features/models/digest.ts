/** The weekly digest of the monitor as the pages need it. It is read with care: every part may be absent. */

type Tree = Record<string, unknown>;
const tree = (value: unknown): Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {};
const list = (value: unknown): Tree[] => (Array.isArray(value) ? value.map(tree) : []);
const number = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** PSI that each field reaches in an ordinary week. */
export function ordinaryShift(digest: unknown): Map<string, number> {
  const found = new Map<string, number>();
  for (const feature of list(tree(tree(digest).drift).features)) {
    const limit = number(feature.ordinary);
    if (typeof feature.feature === 'string' && limit !== null) found.set(feature.feature, limit);
  }
  return found;
}

/** What the shift of one field did to decisions about open deals. */
export interface DecisionShift {
  points: number;
  /** Deals that would be on the other side of even odds without the shift. */
  crossed: number;
  /** Deals among the first that would not be there without it. */
  reranked: number;
}

export function decisionShifts(digest: unknown): Map<string, DecisionShift> {
  const found = new Map<string, DecisionShift>();
  for (const feature of list(tree(tree(digest).decisions).features)) {
    if (typeof feature.feature !== 'string') continue;
    found.set(feature.feature, {
      points: number(feature.points) ?? 0,
      crossed: number(feature.crossed) ?? 0,
      reranked: number(feature.reranked) ?? 0,
    });
  }
  return found;
}

/** How many deals count as coming first in `reranked`. */
export const comeFirst = (digest: unknown): number =>
  number(tree(tree(digest).decisions).first) ?? 0;

/** Forecasts of one month against what has come of them so far. */
export interface Cohort {
  month: string;
  forecasts: number;
  /** Deals whose outcome is known. */
  landed: number;
  expected: number;
  won: number;
  /** Standard deviations by which `won` is off; beyond ±2 it is no chance. */
  z: number;
  logLoss: number | null;
  expectedLogLoss: number | null;
}

export function cohorts(digest: unknown): Cohort[] {
  return list(tree(digest).cohorts)
    .map((cohort) => ({
      month: String(cohort.month ?? '').slice(0, 7),
      forecasts: number(cohort.forecasts) ?? 0,
      landed: number(cohort.mature) ?? 0,
      expected: number(cohort.expected_wins) ?? 0,
      won: number(cohort.won) ?? 0,
      z: number(cohort.z) ?? 0,
      logLoss: number(cohort.log_loss),
      expectedLogLoss: number(cohort.expected_log_loss),
    }))
    .filter((cohort) => cohort.month !== '')
    .sort((a, b) => a.month.localeCompare(b.month));
}

/** What the model expects of itself on the open deals, before any of them is decided. */
export function expectedPerformance(digest: unknown): {
  logLoss: number | null;
  deviation: number | null;
  auc: number | null;
  deals: number;
} {
  const part = tree(tree(digest).expected_performance);
  return {
    logLoss: number(part.log_loss),
    deviation: number(part.log_loss_deviation),
    auc: number(part.auc),
    deals: number(part.open_deals) ?? 0,
  };
}

export function findings(digest: unknown): string[] {
  return list(tree(digest).findings)
    .map((finding) => finding.text)
    .filter((text): text is string => typeof text === 'string');
}
