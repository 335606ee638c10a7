import { mergeConfig, defineConfig } from 'vitest/config';

import viteConfig from './vite.config.ts';

export default mergeConfig(
  viteConfig,
  defineConfig({
    test: {
      environment: 'happy-dom',
      include: ['src/**/*.test.ts'],
      setupFiles: ['./src/testing/setup.ts'],
      // The same results in every time zone; dates of the server are days, not instants.
      env: { TZ: 'UTC' },
    },
  }),
);
