import { createFileRoute } from '@tanstack/react-router'
import { ProfilePage } from '@/features/profile/profile-page.tsx'
import { loadTexts } from '@/lib/i18n.ts'

export const Route = createFileRoute('/_house/settings/profile')({
  loader: () => loadTexts('profile', 'person'),
  component: ProfilePage,
})
