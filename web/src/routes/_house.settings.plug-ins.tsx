import { createFileRoute } from '@tanstack/react-router'
import { PlugInsPage } from '@/features/plug-ins/plug-ins-page.tsx'
import { loadTexts } from '@/lib/i18n.ts'

export const Route = createFileRoute('/_house/settings/plug-ins')({
  loader: () => loadTexts('plug-ins'),
  component: PlugInsPage,
})
