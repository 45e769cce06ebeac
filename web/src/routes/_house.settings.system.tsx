import { createFileRoute } from '@tanstack/react-router'
import { SystemPage } from '@/features/system/system-page.tsx'
import { loadTexts } from '@/lib/i18n.ts'

export const Route = createFileRoute('/_house/settings/system')({
  loader: () => loadTexts('system'),
  component: SystemPage,
})
