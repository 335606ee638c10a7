import { t, tOr } from './index';

/** A CRM's own column as a person would write it: `Fit_Score__c` is "Fit Score". */
export function fieldName(field: string, fallback = field): string {
  return tOr(
    `field.${field}`,
    fallback
      .replace(/(__|\s+)c$/, '')
      .replace(/[_\s]+/g, ' ')
      .trim(),
  );
}

/**
 * The name of a feature of the model in the reader's language. Families are named by their parts:
 * a window (`calls_28d`), a win rate (`owner_win_rate`) and the deals behind it; a column of the
 * company's own keeps its name.
 */
export function featureName(feature: string): string {
  const custom = /^custom\.(?:account\.)?(.+?)(\.win_rate(_n)?)?$/.exec(feature);
  const rate = /^(.+)_win_rate(_n)?$/.exec(feature);
  if (custom || rate) {
    const of = custom ? fieldName(custom[1] ?? feature) : featureName(rate?.[1] ?? feature);
    if (custom && !custom[2]) return of;
    return t((custom?.[3] ?? rate?.[2]) ? 'feature.winRateN' : 'feature.winRate', { of });
  }
  const window = /^(.+)_(\d+)d$/.exec(feature);
  if (window?.[1]) {
    const what = tOr(`feature.${window[1]}`, '');
    if (what) return t('feature.window', { what, days: window[2] ?? '' });
  }
  return tOr(`feature.${feature}`, fieldName(feature));
}

/** The name of a family of features. */
export const groupName = (group: string): string => tOr(`group.${group}`, group);
