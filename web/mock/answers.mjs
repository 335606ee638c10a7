// What the mock server answers, by route of the contract.
import { answers as deals } from './answers_deals.mjs';
import { answers as forecast } from './answers_forecast.mjs';
import { answers as operations } from './answers_operations.mjs';

export const answers = { ...deals, ...forecast, ...operations };
