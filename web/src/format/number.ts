/** Numbers for people, by locale. Pure functions; `useFormat` binds them to the chosen locale. */

/** Shown where a number is not known. Never 0, never an empty cell. */
export const MISSING = '–';

/** What the server sends for "not available". */
export type Maybe = number | null | undefined;

const formatters = new Map<string, Intl.NumberFormat>();

/** Formatters are costly to make: a table of a thousand rows shares one. */
function formatter(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options);
  let made = formatters.get(key);
  if (!made) {
    made = new Intl.NumberFormat(locale, options);
    formatters.set(key, made);
  }
  return made;
}

export function isKnown(value: Maybe): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** A count, grouped: 12,408. */
export function formatCount(value: Maybe, locale: string): string {
  return isKnown(value) ? formatter(locale, { maximumFractionDigits: 0 }).format(value) : MISSING;
}

/** A plain number with exactly `digits` decimals. */
export function formatDecimal(value: Maybe, locale: string, digits = 2): string {
  return isKnown(value)
    ? formatter(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
        value,
      )
    : MISSING;
}

/**
 * A probability in [0, 1] as whole percent. Never rounds to certainty: a deal that is not decided
 * is "<1 %" or ">99 %", because 0 % and 100 % would be claims.
 */
export function formatPercent(probability: Maybe, locale: string, digits = 0): string {
  if (!isKnown(probability)) return MISSING;
  const percent = formatter(locale, {
    style: 'percent',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  const smallest = 0.5 * 10 ** -(digits + 2);
  const step = 10 ** -(digits + 2);
  if (probability > 0 && probability < smallest) return `<${percent.format(step)}`;
  if (probability < 1 && probability > 1 - smallest) return `>${percent.format(1 - step)}`;
  return percent.format(probability);
}

/** Both ends of an interval of probabilities with one percent sign: 22–41%. */
export function formatPercentRange(low: Maybe, high: Maybe, locale: string): string {
  if (!isKnown(low) || !isKnown(high)) return MISSING;
  return `${formatCount(low * 100, locale)}–${formatPercent(high, locale)}`;
}

/** A signed number of percentage points, with a true minus sign: +3.2, −0.4. */
export function formatPoints(points: Maybe, locale: string, digits = 1): string {
  if (!isKnown(points)) return MISSING;
  const magnitude = formatDecimal(Math.abs(points), locale, digits);
  const zero = formatDecimal(0, locale, digits);
  if (magnitude === zero) return zero;
  return (points < 0 ? '−' : '+') + magnitude;
}
