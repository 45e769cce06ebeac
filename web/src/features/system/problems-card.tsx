import { Link } from '@tanstack/react-router'
import { CircleCheck, TriangleAlert } from 'lucide-react'
import type { ProblemReport } from '@/api/generated/types.gen.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { ago, exactTime } from '@/lib/time.ts'
import { useNow } from '@/lib/use-now.ts'
import { Card } from '@/ui/card.tsx'

const TICK_MS = 10_000

/** What is not as it should be, since when, and when it is tried again. */
export function ProblemsCard({ problems }: { problems: readonly ProblemReport[] }) {
  const { t } = useTranslation('system')
  const now = useNow(problems.length > 0 ? TICK_MS : undefined)
  return (
    <Card title={t('problems.title')}>
      {problems.length === 0 ? (
        <p className="flex items-center gap-2">
          <CircleCheck size={18} aria-hidden className="shrink-0 text-good" />
          {t('problems.none')}
        </p>
      ) : (
        <ul className="divide-y divide-line">
          {problems.map((problem) => (
            <li key={problem.kind} className="flex gap-2.5 py-2 first:pt-0 last:pb-0">
              <TriangleAlert size={18} aria-hidden className="mt-0.5 shrink-0 text-warn" />
              <div className="min-w-0">
                <p className="break-words text-base">{problem.text}</p>
                <p className="text-muted text-sm">
                  <time dateTime={problem.since} title={exactTime(problem.since)}>
                    {t('problems.since', { time: ago(problem.since, now) })}
                  </time>
                  {problem.next_try ? ` · ${t('problems.next', { time: ago(problem.next_try, now) })}` : null}
                  {' · '}
                  <Link
                    to="/faq"
                    search={{ problem: problem.kind.replaceAll('_', '-') }}
                    className="text-accent underline underline-offset-2"
                  >
                    {t('problems.help')}
                  </Link>
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
