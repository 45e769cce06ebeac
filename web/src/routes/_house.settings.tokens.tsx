import { createFileRoute } from '@tanstack/react-router'
import { TokensPage } from '@/features/people/tokens-page.tsx'
import { loadTexts } from '@/lib/i18n.ts'

export const Route = createFileRoute('/_house/settings/tokens')({
  loader: () => loadTexts('people', 'person'),
  component: TokensPage,
})
