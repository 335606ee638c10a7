/** The fiscal calendar as the settings keep it, and as a person chooses it. */
export type Calendar =
  | { kind: 'monthly'; month: number }
  /** 4-4-5 weeks; the year ends on the last `weekday` (0 is Sunday) of `month`. */
  | { kind: '445'; month: number; weekday: number };

/** Null for a text that this page does not know: it is then shown and kept as it is. */
export function readCalendar(text: string): Calendar | null {
  const [kind, month, weekday] = text.split(':');
  const inYear = (value: number) => Number.isInteger(value) && value >= 1 && value <= 12;
  if (kind === 'monthly' && inYear(Number(month))) return { kind, month: Number(month) };
  if (kind === '445' && inYear(Number(month)) && /^[0-6]$/.test(weekday ?? '')) {
    return { kind, month: Number(month), weekday: Number(weekday) };
  }
  return null;
}

export function writeCalendar(calendar: Calendar): string {
  return calendar.kind === 'monthly'
    ? `monthly:${calendar.month}`
    : `445:${calendar.month}:${calendar.weekday}`;
}
