import { createFileRoute } from '@tanstack/react-router'
import { AboutPage } from '@/features/about/about-page.tsx'
import { loadTexts } from '@/lib/i18n.ts'

export const Route = createFileRoute('/_house/settings/about')({
  loader: () => loadTexts('about'),
  component: AboutPage,
})
