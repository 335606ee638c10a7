import { fileURLToPath } from 'node:url';

import tailwindcss from '@tailwindcss/vite';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

/** Where `npm run dev` finds the API: the mock server, or a running `revint serve`. */
const apiServer = process.env.REVINT_API ?? 'http://127.0.0.1:8099';

export default defineConfig({
  plugins: [vue(), tailwindcss()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 700,
    // Fonts stay files of their own: the content security policy allows none in a stylesheet.
    assetsInlineLimit: 0,
  },
  server: { port: 5173, proxy: { '/v1': apiServer, '/api': apiServer } },
});
