import { createFileRoute, redirect } from '@tanstack/react-router'
import { isSetUpNeeded } from '@/entities/person/set-up.ts'
import { SignInPage } from '@/features/sign-in/sign-in-page.tsx'
import { loadTexts } from '@/lib/i18n.ts'

interface Search {
  /** Where to go afterwards. */
  next?: string
}

export const Route = createFileRoute('/_front/sign-in')({
  validateSearch: ({ next }): Search => (typeof next === 'string' ? { next } : {}),
  loader: async ({ context }) => {
    const [needed] = await Promise.all([isSetUpNeeded(context.cache), loadTexts('sign-in')])
    if (needed) {
      throw redirect({ to: '/set-up' })
    }
  },
  component: Page,
})

function Page() {
  return <SignInPage next={Route.useSearch().next} />
}
