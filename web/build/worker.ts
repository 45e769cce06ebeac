import type { PluginOption } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'

/** What the house itself answers. It is never kept: what is not of now must not look as if it were. */
const OF_THE_HOUSE = /^[^?]*\/(?:api|ws|docs|ca|metrics|problems)(?:\/|$|\?)/

/**
 * The service worker: the page's own files and nothing else, so that it opens without a network. It waits until somebody
 * asks for the new version (app/pwa.ts); registering it is not left to the plugin, because that would be an inline script.
 */
export function worker(): PluginOption {
  return VitePWA({
    injectRegister: false,
    // Written by hand, in public.
    manifest: false,
    filename: 'sw.js',
    workbox: {
      globPatterns: ['index.html', 'theme.js', 'assets/*.{js,css,woff2,svg}'],
      // For whoever builds pages; nobody at home needs it.
      globIgnores: ['**/_house.gallery-*'],
      // Their names change with their content.
      dontCacheBustURLsMatching: /^assets\//,
      navigateFallback: 'index.html',
      navigateFallbackDenylist: [OF_THE_HOUSE],
      cleanupOutdatedCaches: true,
      inlineWorkboxRuntime: true,
      sourcemap: false,
    },
  })
}
