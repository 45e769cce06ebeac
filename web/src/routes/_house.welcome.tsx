import { createFileRoute } from '@tanstack/react-router'
import { getHouseOptions } from '@/api/generated/@tanstack/react-query.gen.ts'
import { WELCOME_STEPS, type WelcomeStep } from '@/features/welcome/steps.ts'
import { WelcomePage } from '@/features/welcome/welcome-page.tsx'
import { loadTexts } from '@/lib/i18n.ts'

interface Search {
  step?: WelcomeStep
}

export const Route = createFileRoute('/_house/welcome')({
  validateSearch: ({ step }): Search => {
    const known = WELCOME_STEPS.find((one) => one === step)
    return known ? { step: known } : {}
  },
  loader: ({ context }) =>
    Promise.all([context.cache.ensureQueryData(getHouseOptions()), loadTexts('setup', 'discovery')]),
  component: Page,
})

function Page() {
  return <WelcomePage step={Route.useSearch().step ?? 'home'} />
}
