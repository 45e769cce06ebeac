import { createFileRoute, redirect } from '@tanstack/react-router'
import { setUpStatus } from '@/entities/person/set-up.ts'
import { SetUpPage } from '@/features/setup/set-up-page.tsx'
import { loadTexts } from '@/lib/i18n.ts'

interface Search {
  step?: 'account' | 'restore'
}

export const Route = createFileRoute('/_front/set-up')({
  validateSearch: ({ step }): Search => (step === 'account' || step === 'restore' ? { step } : {}),
  loader: async ({ context }) => {
    const [status] = await Promise.all([setUpStatus(context.cache), loadTexts('setup')])
    if (!status.needed) {
      throw redirect({ to: '/' })
    }
    return status
  },
  component: Page,
})

function Page() {
  const { restored } = Route.useLoaderData()
  return <SetUpPage step={Route.useSearch().step ?? 'code'} restored={restored} />
}
