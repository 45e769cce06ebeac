import type { ReactNode } from 'react'
import { asProblem } from '@/api/problem.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Button } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { ErrorState, Loading } from '@/ui/state.tsx'

interface Props {
  title: string
  about: string
  /** The way to one more. */
  action: ReactNode
  list: { isPending: boolean; error: unknown; refetch: () => Promise<unknown>; data: unknown }
  trouble: string
  children: ReactNode
}

/** A heading, a sentence, and a list with its states. */
export function ListPage({ title, about, action, list, trouble, children }: Props) {
  const { t } = useTranslation('person')
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <div>
          <h1 className="font-semibold text-xl">{title}</h1>
          <p className="max-w-prose text-muted">{about}</p>
        </div>
        {action}
      </div>
      <Card flush>
        {list.isPending ? <Loading rows={3} rowHeight={60} className="px-4" /> : null}
        {list.error && !list.data ? (
          <ErrorState
            title={trouble}
            detail={asProblem(list.error).detail}
            action={<Button onClick={() => void list.refetch()}>{t('again')}</Button>}
          />
        ) : null}
        {children}
      </Card>
    </>
  )
}
