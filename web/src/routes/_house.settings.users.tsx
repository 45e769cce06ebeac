import { createFileRoute } from '@tanstack/react-router'
import { UsersPage } from '@/features/people/users-page.tsx'
import { loadTexts } from '@/lib/i18n.ts'

export const Route = createFileRoute('/_house/settings/users')({
  loader: () => loadTexts('people', 'person'),
  component: UsersPage,
})
