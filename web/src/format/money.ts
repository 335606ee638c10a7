/** Money for people. Amounts are major units of a named currency unless a name says minor. */

import { type Maybe, isKnown, MISSING } from './number';

export interface MoneyOptions {
  /**
   * `compact` for headlines: three digits, so that columns compare ($1.24M); `axis` for ticks: no
   * empty digits ($2M); `full` for tables (1,240,000).
   */
  style?: 'compact' | 'axis' | 'full';
  /** Always shows a sign, with a true minus: +$120K. */
  signed?: boolean;
}

const formatters = new Map<string, Intl.NumberFormat>();

const DIGITS: Record<NonNullable<MoneyOptions['style']>, Intl.NumberFormatOptions> = {
  compact: { notation: 'compact', minimumSignificantDigits: 3, maximumSignificantDigits: 3 },
  axis: { notation: 'compact', maximumSignificantDigits: 3 },
  full: { maximumFractionDigits: 0 },
};

function formatter(
  locale: string,
  currency: string,
  style: NonNullable<MoneyOptions['style']>,
): Intl.NumberFormat {
  const key = `${locale}|${currency}|${style}`;
  let made = formatters.get(key);
  if (!made) {
    made = new Intl.NumberFormat(locale, {
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
      ...DIGITS[style],
    });
    formatters.set(key, made);
  }
  return made;
}

/** Digits after the decimal point of a currency's minor unit: 2 for USD, 0 for JPY. */
export function minorDigits(currency: string): number {
  return (
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
      .maximumFractionDigits ?? 2
  );
}

export function formatMoney(
  amount: Maybe,
  currency: string,
  locale: string,
  { style = 'compact', signed = false }: MoneyOptions = {},
): string {
  if (!isKnown(amount)) return MISSING;
  // Small amounts have no thousand to shorten: $55, never $55.0.
  const small = Math.abs(amount) < 999.5;
  const text = formatter(locale, currency, small ? 'full' : style).format(Math.abs(amount));
  if (amount < 0) return `−${text}`;
  return signed && amount > 0 ? `+${text}` : text;
}

/** An integer of minor units (cents) in its own currency. */
export function formatMinor(
  minor: Maybe,
  currency: string,
  locale: string,
  options?: MoneyOptions,
): string {
  if (!isKnown(minor)) return MISSING;
  return formatMoney(minor / 10 ** minorDigits(currency), currency, locale, options);
}

/** Both ends of an interval, compact: $4.1M – $5.6M. */
export function formatMoneyRange(
  low: Maybe,
  high: Maybe,
  currency: string,
  locale: string,
): string {
  if (!isKnown(low) || !isKnown(high)) return MISSING;
  return `${formatMoney(low, currency, locale)} – ${formatMoney(high, currency, locale)}`;
}
