import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { asProblem } from '@/api/problem.ts'

const ASK_AGAIN_MS = 1_500
/** Statuses that pass by themselves: nothing answered, or the house is not ready. */
const PASSING = new Set([0, 502, 503, 504])

/** Shown in place of a page that could not be loaded. What passes by itself is tried again by itself. */
export function TroublePage({ error }: { error: unknown }) {
  const { t } = useTranslation()
  const router = useRouter()
  const problem = asProblem(error)
  const passing = PASSING.has(problem.status)
  useEffect(() => {
    const timer = passing ? setInterval(() => void router.invalidate(), ASK_AGAIN_MS) : undefined
    return () => clearInterval(timer)
  }, [passing, router])
  return (
    <main className="mx-auto grid max-w-md gap-4 px-4 py-10">
      <h1 className="font-semibold text-xl">{problem.title}</h1>
      <p role="alert">{problem.detail}</p>
      {passing ? <p className="text-muted">{t('trouble.again')}</p> : null}
    </main>
  )
}

export function NotFoundPage() {
  const { t } = useTranslation()
  return (
    <main className="mx-auto grid max-w-md gap-4 px-4 py-10">
      <h1 className="font-semibold text-xl">{t('trouble.notFound')}</h1>
      <p>{t('trouble.notFoundHint')}</p>
      <p>
        <a className="text-accent underline underline-offset-2" href=".">
          {t('trouble.home')}
        </a>
      </p>
    </main>
  )
}
