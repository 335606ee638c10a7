// The invented company of the mock server.
export * from './company_deals.mjs';
export * from './company_forecast.mjs';
