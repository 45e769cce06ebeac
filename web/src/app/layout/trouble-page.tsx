import { Link, useRouter } from '@tanstack/react-router'
import { Compass } from 'lucide-react'
import { useEffect } from 'react'
import { asProblem } from '@/api/problem.ts'
import { ProblemHelp } from '@/entities/help/problem-help.tsx'
import { useTranslation } from '@/lib/i18n.ts'
import { usePageTitle } from '@/lib/page-title.ts'
import { Brand } from '@/ui/brand.tsx'
import { Button, LinkButton } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { Empty } from '@/ui/state.tsx'

const ASK_AGAIN_MS = 1_500
/** Statuses that pass by themselves: nothing answered, or the house is not ready. */
const PASSING = new Set([0, 502, 503, 504])

/** In place of the whole app, where not even its frame could be loaded. */
export function TroublePage({ error }: { error: unknown }) {
  const { t } = useTranslation('common')
  return (
    <main className="mx-auto grid w-full max-w-lg gap-6 px-4 py-10">
      <Brand name={t('product')} />
      <PageTrouble error={error} framed={false} />
    </main>
  )
}

/** In place of a page that could not be loaded. What passes by itself is tried again by itself. */
export function PageTrouble({ error, framed = true }: { error: unknown; framed?: boolean }) {
  const { t } = useTranslation('common')
  const router = useRouter()
  const problem = asProblem(error)
  usePageTitle(problem.title)
  const passing = PASSING.has(problem.status)
  useEffect(() => {
    const timer = passing ? setInterval(() => void router.invalidate(), ASK_AGAIN_MS) : undefined
    return () => clearInterval(timer)
  }, [passing, router])
  return (
    <Card>
      <h1 className="font-semibold text-xl">{problem.title}</h1>
      <p role="alert" className="mt-2">
        {problem.detail}
      </p>
      {passing ? (
        <p className="mt-2 text-muted">{t('trouble.again')}</p>
      ) : (
        <Button className="mt-4" onClick={() => void router.invalidate()}>
          {t('trouble.retry')}
        </Button>
      )}
      {framed ? (
        <p className="mt-4">
          <ProblemHelp problem={problem} />
        </p>
      ) : null}
    </Card>
  )
}

export function NotFoundPage() {
  const { t } = useTranslation('common')
  usePageTitle(t('trouble.notFound'))
  return (
    <main className="mx-auto grid w-full max-w-lg gap-6 px-4 py-10">
      <Brand name={t('product')} />
      <Card>
        <h1 className="sr-only">{t('trouble.notFound')}</h1>
        <Empty
          icon={Compass}
          title={t('trouble.notFound')}
          reason={t('trouble.notFoundHint')}
          action={
            <LinkButton look="primary">
              <Link to="/">{t('trouble.home')}</Link>
            </LinkButton>
          }
        />
      </Card>
    </main>
  )
}
