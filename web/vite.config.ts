import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import { tanstackRouter } from '@tanstack/router-plugin/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { chunkGroups } from './build/chunks.ts'
import { shortIconKeys } from './build/icon-keys.ts'
import { notices } from './build/notices.ts'
import { precompress } from './build/precompress.ts'
import { worker } from './build/worker.ts'

/** Where `npm run dev` finds a running manager; the built page is served by the manager itself. */
const MANAGER = process.env.MANAGER ?? 'http://127.0.0.1:8080'
/** The manager takes writes only from its own page: for it, the page comes from its own address. */
const proxied = { target: MANAGER, changeOrigin: true, headers: { origin: MANAGER } }

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  // Relative to <base>, so that the manager can serve the page below any path.
  base: './',
  plugins: [
    tanstackRouter({
      target: 'react',
      autoCodeSplitting: true,
      routesDirectory: './src/routes',
      generatedRouteTree: './src/app/route-tree.gen.ts',
      quoteStyle: 'single',
      addExtensions: true,
    }),
    react(),
    tailwindcss(),
    shortIconKeys(),
    notices(),
    worker(),
    precompress(),
  ],
  resolve: { alias: { '@': here('./src') } },
  build: {
    // A data: address would need an exception in the content security policy.
    assetsInlineLimit: 0,
    target: 'es2022',
    rolldownOptions: {
      output: { codeSplitting: { groups: chunkGroups(here('./index.html')) } },
    },
  },
  server: {
    proxy: { '/api': proxied, '/docs': proxied, '/ws': { ...proxied, ws: true } },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
  },
})
