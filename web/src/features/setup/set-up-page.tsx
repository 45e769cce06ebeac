import { Navigate } from '@tanstack/react-router'
import { useTranslation } from '@/lib/i18n.ts'
import { usePageTitle } from '@/lib/page-title.ts'
import { Card } from '@/ui/card.tsx'
import { Steps } from '@/ui/steps.tsx'
import { AccountStep } from './account-step.tsx'
import { CodeStep } from './code-step.tsx'
import { keptCode } from './kept-code.ts'

export type SetUpStep = 'code' | 'account'

const ORDER = ['code', 'account', 'home', 'miners'] as const

/** The first person moves in. The last two steps are on the other side of the door: see the welcome page. */
export function SetUpPage({ step }: { step: SetUpStep }) {
  const { t } = useTranslation('setup')
  usePageTitle(t(`${step}.title`))
  const code = keptCode()
  if (step === 'account' && code === undefined) {
    return <Navigate to="/set-up" replace />
  }
  return (
    <Card>
      <Steps steps={ORDER.map((name) => t(`steps.${name}`))} current={ORDER.indexOf(step)} />
      <h1 className="mt-5 mb-1 font-semibold text-xl">{t(`${step}.title`)}</h1>
      <p className="mb-5 text-muted">{t(`${step}.lead`)}</p>
      {step === 'account' && code !== undefined ? <AccountStep code={code} /> : <CodeStep kept={code} />}
    </Card>
  )
}
