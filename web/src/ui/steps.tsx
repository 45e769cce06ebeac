import { useTranslation } from '@/lib/i18n.ts'

interface Props {
  steps: readonly string[]
  /** Counted from 0. */
  current: number
}

/** How far along a wizard is. */
export function Steps({ steps, current }: Props) {
  const { t } = useTranslation('common')
  return (
    <ol aria-label={t('ui.steps')} className="flex gap-2">
      {steps.map((step, index) => {
        const here = index === current
        return (
          <li key={step} aria-current={here ? 'step' : undefined} className="min-w-0 flex-1">
            <div className={`h-1 rounded-full ${index <= current ? 'bg-accent' : 'bg-line'}`} />
            <div className={`mt-1.5 truncate text-xs ${here ? 'font-semibold' : 'text-muted'}`}>
              {step}
              {index < current ? <span className="sr-only">, {t('ui.stepDone')}</span> : null}
            </div>
          </li>
        )
      })}
    </ol>
  )
}
