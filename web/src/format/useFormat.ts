import { locale } from '@/messages';

import { formatDate, type DateStyle } from './date';
import { formatMoney, formatMoneyRange, formatMinor, type MoneyOptions } from './money';
import {
  formatCount,
  formatDecimal,
  formatPercent,
  formatPercentRange,
  formatPoints,
  type Maybe,
} from './number';

/** The formatters in the chosen locale. Reactive: texts change with the language. */
export function useFormat() {
  return {
    count: (value: Maybe) => formatCount(value, locale.value),
    decimal: (value: Maybe, digits?: number) => formatDecimal(value, locale.value, digits),
    percent: (value: Maybe, digits?: number) => formatPercent(value, locale.value, digits),
    percentRange: (low: Maybe, high: Maybe) => formatPercentRange(low, high, locale.value),
    points: (value: Maybe, digits?: number) => formatPoints(value, locale.value, digits),
    money: (value: Maybe, currency: string, options?: MoneyOptions) =>
      formatMoney(value, currency, locale.value, options),
    minor: (value: Maybe, currency: string, options?: MoneyOptions) =>
      formatMinor(value, currency, locale.value, options),
    moneyRange: (low: Maybe, high: Maybe, currency: string) =>
      formatMoneyRange(low, high, currency, locale.value),
    date: (value: string | Date | null | undefined, style?: DateStyle) =>
      formatDate(value, locale.value, style),
  };
}
