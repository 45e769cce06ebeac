import { createFileRoute } from '@tanstack/react-router'
import { DiscoveryPage } from '@/features/discovery/discovery-page.tsx'
import { loadTexts } from '@/lib/i18n.ts'

export const Route = createFileRoute('/_house/discovery')({
  loader: () => loadTexts('discovery'),
  component: DiscoveryPage,
})
