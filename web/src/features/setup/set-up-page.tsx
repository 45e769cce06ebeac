import { Navigate } from '@tanstack/react-router'
import { useTranslation } from '@/lib/i18n.ts'
import { usePageTitle } from '@/lib/page-title.ts'
import { Card } from '@/ui/card.tsx'
import { Steps } from '@/ui/steps.tsx'
import { AccountStep } from './account-step.tsx'
import { CodeStep } from './code-step.tsx'
import { keptCode } from './kept-code.ts'
import { RestoreStep } from './restore-step.tsx'

type SetUpStep = 'code' | 'account' | 'restore'

const ORDER = ['code', 'account', 'home', 'miners'] as const

interface Props {
  step: SetUpStep
  /** The house came back from a backup that holds no passwords. */
  restored: boolean
}

/** The first person moves in. The last two steps are on the other side of the door: see the welcome page. */
export function SetUpPage({ step, restored }: Props) {
  const { t } = useTranslation('setup')
  usePageTitle(t(`${step}.title`))
  const code = keptCode()
  if (step !== 'code' && code === undefined) {
    return <Navigate to="/set-up" replace />
  }
  // A house that comes back has its zone and its miners: there are no further steps.
  const stepped = step !== 'restore' && !restored
  const words = restored && step !== 'restore' ? 'back' : 'lead'
  return (
    <Card>
      {stepped ? (
        <Steps steps={ORDER.map((name) => t(`steps.${name}`))} current={ORDER.indexOf(step)} />
      ) : null}
      <h1 className={`${stepped ? 'mt-5' : ''} mb-1 font-semibold text-xl`}>{t(`${step}.title`)}</h1>
      <p className="mb-5 text-muted">{t(`${step}.${words}`)}</p>
      <Body step={step} code={code} restored={restored} />
    </Card>
  )
}

function Body({ step, code, restored }: Props & { code: string | undefined }) {
  if (code === undefined || step === 'code') {
    return <CodeStep kept={code} restored={restored} />
  }
  return step === 'account' ? <AccountStep code={code} restored={restored} /> : <RestoreStep code={code} />
}
