import data from './data.json';
import deal from './deal.json';
import deals from './deals.json';
import decisions from './decisions.json';
import features from './features.json';
import forecast from './forecast.json';
import models from './models.json';
import monday from './monday.json';
import settings from './settings.json';
import shell from './shell.json';
import trust from './trust.json';

/** All German texts: one file for each part of the pages. */
export default {
  ...data,
  ...deal,
  ...deals,
  ...decisions,
  ...features,
  ...forecast,
  ...models,
  ...monday,
  ...settings,
  ...shell,
  ...trust,
};
