import { createFileRoute, redirect } from '@tanstack/react-router'
import { isSetUpNeeded } from '@/entities/person/set-up.ts'
import { SetUpPage } from '@/features/setup/set-up-page.tsx'
import { loadTexts } from '@/lib/i18n.ts'

interface Search {
  step?: 'account'
}

export const Route = createFileRoute('/_front/set-up')({
  validateSearch: ({ step }): Search => (step === 'account' ? { step } : {}),
  loader: async ({ context }) => {
    const [needed] = await Promise.all([isSetUpNeeded(context.cache), loadTexts('setup')])
    if (!needed) {
      throw redirect({ to: '/' })
    }
  },
  component: Page,
})

function Page() {
  return <SetUpPage step={Route.useSearch().step ?? 'code'} />
}
