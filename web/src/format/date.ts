/**
 * Dates for people. The server's days are calendar days without a time zone; they are formatted in
 * UTC so that nobody west of Greenwich sees the day before.
 */

import { MISSING } from './number';

export type DateStyle = 'day' | 'short' | 'weekday' | 'moment' | 'month';

const STYLES: Record<DateStyle, Intl.DateTimeFormatOptions> = {
  day: { day: 'numeric', month: 'short', year: 'numeric' },
  short: { day: 'numeric', month: 'short' },
  weekday: { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
  moment: { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  month: { month: 'short', year: 'numeric' },
};

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Parses a day (2026-11-16) or an instant; null when it is neither. */
export function parseDate(text: string | null | undefined): Date | null {
  if (!text) return null;
  const date = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  return Number.isNaN(date.getTime()) ? null : date;
}

export function formatDate(
  value: string | Date | null | undefined,
  locale: string,
  style: DateStyle = 'day',
): string {
  const date = value instanceof Date ? value : parseDate(value);
  if (!date) return MISSING;
  const key = locale + style;
  let made = formatters.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(locale, { ...STYLES[style], timeZone: 'UTC' });
    formatters.set(key, made);
  }
  return made.format(date);
}

/** The calendar day of a date, as the API writes it. */
export function toDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** Whole days from `from` to `to`; negative when `to` is earlier; null when either is unknown. */
export function daysBetween(
  from: string | Date | null | undefined,
  to: string | Date | null | undefined,
): number | null {
  const start = from instanceof Date ? from : parseDate(from);
  const end = to instanceof Date ? to : parseDate(to);
  if (!start || !end) return null;
  return Math.round((Date.parse(toDay(end)) - Date.parse(toDay(start))) / 86_400_000);
}

export function addDays(day: string, days: number): string {
  const date = parseDate(day);
  if (!date) return day;
  return toDay(new Date(date.getTime() + days * 86_400_000));
}

/** The Monday of the week that holds `day`. */
export function mondayOf(day: string): string {
  const date = parseDate(day);
  if (!date) return day;
  return addDays(toDay(date), -((date.getUTCDay() + 6) % 7));
}
