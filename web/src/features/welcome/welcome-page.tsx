import { useSuspenseQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { getHouseOptions } from '@/api/generated/@tanstack/react-query.gen.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Card } from '@/ui/card.tsx'
import { Steps } from '@/ui/steps.tsx'
import { DoneStep } from './done-step.tsx'
import { HomeStep } from './home-step.tsx'
import { MinersStep } from './miners-step.tsx'
import type { WelcomeStep } from './steps.ts'

const NAMES = ['code', 'account', 'home', 'miners'] as const
const PLACE: Record<WelcomeStep, number> = { home: 2, miners: 3, done: 4 }

/** The rest of the first run, behind the door. Each step is saved by itself, so one may leave at any time. */
export function WelcomePage({ step }: { step: WelcomeStep }) {
  const { t } = useTranslation('setup')
  const navigate = useNavigate()
  const { data: house } = useSuspenseQuery(getHouseOptions())
  const go = (to: WelcomeStep) => void navigate({ to: '/welcome', search: to === 'home' ? {} : { step: to } })
  return (
    <div className={`mx-auto w-full ${step === 'miners' ? 'max-w-2xl' : 'max-w-[30rem]'}`}>
      <Card>
        <Steps steps={NAMES.map((name) => t(`steps.${name}`))} current={PLACE[step]} />
        <h1 className="mt-5 mb-1 font-semibold text-xl">{t(`${step}.title`)}</h1>
        <p className="mb-5 text-muted">{t(`${step}.lead`)}</p>
        {step === 'home' ? <HomeStep house={house} onDone={() => go('miners')} /> : null}
        {step === 'miners' ? (
          <MinersStep house={house} onBack={() => go('home')} onDone={() => go('done')} />
        ) : null}
        {step === 'done' ? <DoneStep /> : null}
      </Card>
      {step === 'done' ? null : (
        <p className="mt-4 text-center text-sm">
          <Link to="/" className="text-muted underline underline-offset-2 hover:text-text">
            {t('leave')}
          </Link>
        </p>
      )}
    </div>
  )
}
