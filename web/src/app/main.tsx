import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { prepareClient } from '@/api/client.ts'
import { installOffer } from '@/entities/house/install.ts'
import { watchTheme } from '@/ui/theme.ts'
import { makeQueryClient } from './query-client.ts'
import { makeRouter } from './router.ts'
import './main.css'

const root = document.getElementById('root')
if (!root) {
  throw new Error('the page has no place for the app')
}
// The content security policy forbids code that is made at run time, and reports even the attempt. Read by zod, which
// comes with the first form.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } })
watchTheme()
installOffer.watch()
prepareClient()
const cache = makeQueryClient(() => void router.invalidate())
const router = makeRouter(cache)
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={cache}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)
if (import.meta.env.PROD) {
  // After the page itself: it takes what the network has to give.
  window.addEventListener('load', () => void import('./pwa.ts').then(({ startPwa }) => startPwa()), {
    once: true,
  })
}
