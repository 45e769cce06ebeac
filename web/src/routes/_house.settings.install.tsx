import { createFileRoute } from '@tanstack/react-router'
import { InstallPage } from '@/features/install/install-page.tsx'
import { loadTexts } from '@/lib/i18n.ts'

export const Route = createFileRoute('/_house/settings/install')({
  loader: () => loadTexts('install'),
  component: InstallPage,
})
