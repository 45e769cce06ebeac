import { ShieldAlert, ShieldCheck } from 'lucide-react'
import type { AuditVerdict } from '@/api/generated/types.gen.ts'
import { asProblem } from '@/api/problem.ts'
import { number } from '@/lib/format.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Button } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { FormError } from '@/ui/form.tsx'
import { useVerdict } from './queries.ts'

/** Each line is sealed with the one before; here somebody looks whether a seal is broken. */
export function VerifyCard() {
  const { t } = useTranslation('audit')
  const { data, error, isFetching, refetch } = useVerdict()
  return (
    <Card
      title={t('verify.title')}
      aside={
        <Button size="sm" busy={isFetching} onClick={() => void refetch()}>
          {t('verify.do')}
        </Button>
      }
    >
      <div className="grid gap-3">
        <FormError>{error ? asProblem(error).detail : null}</FormError>
        <output className="block">{data ? <Words verdict={data} /> : t('verify.about')}</output>
      </div>
    </Card>
  )
}

function Words({ verdict }: { verdict: AuditVerdict }) {
  const { t } = useTranslation('audit')
  const whole = verdict.verdict === 'whole'
  const Sign = whole ? ShieldCheck : ShieldAlert
  return (
    <span className="flex items-start gap-2">
      <Sign size={18} aria-hidden className={`mt-0.5 shrink-0 ${whole ? 'text-good' : 'text-bad'}`} />
      <span>
        {t(`verify.${verdict.verdict}`, { lines: number(verdict.count), line: number(verdict.at) })}
        {verdict.why ? ` ${verdict.why}` : null}
      </span>
    </span>
  )
}
