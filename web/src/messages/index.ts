import { computed, readonly, ref, watchEffect } from 'vue';

import en from './en';

/**
 * Texts of the pages. English is the reference and always loaded; other languages are loaded when
 * chosen, and a text that one lacks is shown in English. `{name}` is replaced by a value; a key with
 * `_one` and `_other` is chosen by `count`.
 */

type Tree = { [key: string]: string | Tree };
type Values = Record<string, string | number>;

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;

const loaders: Record<Exclude<Language, 'en'>, () => Promise<{ default: Tree }>> = {
  de: () => import('./de'),
};

export function flatten(tree: Tree, prefix = ''): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') flat[prefix + key] = value;
    else Object.assign(flat, flatten(value, `${prefix}${key}.`));
  }
  return flat;
}

const reference = flatten(en);
const language = ref<Language>('en');
const translated = ref<Record<string, string>>({});

export function useLanguage() {
  return { language: readonly(language), setLanguage };
}

export async function setLanguage(chosen: Language): Promise<void> {
  translated.value = chosen === 'en' ? {} : flatten((await loaders[chosen]()).default);
  language.value = chosen;
  try {
    localStorage.setItem('ri.language', chosen);
  } catch {
    // Private windows may refuse; the choice then lasts as long as the page.
  }
}

/** The language chosen before, or the browser's, or English. */
export async function startLanguage(): Promise<void> {
  let stored: string | null = null;
  try {
    stored = localStorage.getItem('ri.language');
  } catch {
    stored = null;
  }
  const wanted = stored ?? navigator.language.slice(0, 2);
  if (wanted !== 'en' && wanted in LANGUAGES) await setLanguage(wanted as Language);
}

/** The locale numbers and dates are written in. */
export const locale = computed(() => {
  const same = navigator.languages.find((tag) => tag.startsWith(language.value));
  return same ?? (language.value === 'en' ? 'en-US' : language.value);
});

watchEffect(() => {
  if (typeof document !== 'undefined') document.documentElement.lang = language.value;
});

const grouping = new Map<string, Intl.NumberFormat>();

/** Numbers are grouped as the reader is used to: 2,089 deals, 2.089 Deals. */
function written(value: string | number | undefined): string {
  if (typeof value !== 'number') return String(value);
  let format = grouping.get(locale.value);
  if (!format) {
    format = new Intl.NumberFormat(locale.value);
    grouping.set(locale.value, format);
  }
  return format.format(value);
}

export function interpolate(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in values ? written(values[name]) : whole,
  );
}

const plurals = new Map<string, Intl.PluralRules>();

/** The text of `key`; the key itself when it does not exist, so that a slip is seen. */
export function t(key: string, values: Values = {}): string {
  let rules = plurals.get(language.value);
  if (!rules) {
    rules = new Intl.PluralRules(language.value);
    plurals.set(language.value, rules);
  }
  const plural = typeof values.count === 'number' ? `${key}_${rules.select(values.count)}` : key;
  const text =
    translated.value[plural] ?? translated.value[key] ?? reference[plural] ?? reference[key];
  return text === undefined ? key : interpolate(text, values);
}

/** The text of `key`, or `fallback` when there is none: for names that come from the server. */
export function tOr(key: string, fallback: string, values: Values = {}): string {
  return key in reference ? t(key, values) : fallback;
}
