/** Money for people. Amounts are major units of a named currency unless a name says minor. */

import { type Maybe, isKnown, MISSING } from './number';

export interface MoneyOptions {
  /** `compact` for headlines and axes: three digits, so that columns compare ($1.24M), `full` for tables (1,240,000). */
  style?: 'compact' | 'full';
  /** Always shows a sign, with a true minus: +$120K. */
  signed?: boolean;
}

const formatters = new Map<string, Intl.NumberFormat>();

function formatter(locale: string, currency: string, compact: boolean): Intl.NumberFormat {
  const key = `${locale}|${currency}|${compact}`;
  let made = formatters.get(key);
  if (!made) {
    made = new Intl.NumberFormat(locale, {
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
      ...(compact
        ? { notation: 'compact', minimumSignificantDigits: 3, maximumSignificantDigits: 3 }
        : { maximumFractionDigits: 0 }),
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
  const text = formatter(locale, currency, style === 'compact' && amount !== 0).format(
    Math.abs(amount),
  );
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
