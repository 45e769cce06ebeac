import { useQuery } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
import { listTokensOptions } from '@/api/generated/@tanstack/react-query.gen.ts'
import type { Token } from '@/api/generated/types.gen.ts'
import { asProblem } from '@/api/problem.ts'
import { Only } from '@/entities/person/only.tsx'
import { number } from '@/lib/format.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { usePageTitle } from '@/lib/page-title.ts'
import { ago, day, exactTime } from '@/lib/time.ts'
import { useNow } from '@/lib/use-now.ts'
import { Button } from '@/ui/button.tsx'
import { Confirm } from '@/ui/dialog.tsx'
import { FormError } from '@/ui/form.tsx'
import { Pill } from '@/ui/pill.tsx'
import { Empty } from '@/ui/state.tsx'
import { useToast } from '@/ui/toast.tsx'
import { AddTokenDialog } from './add-token-dialog.tsx'
import { ListPage } from './list-page.tsx'
import { useRemoveToken } from './queries.ts'
import { isOver } from './words.ts'

const TICK_MS = 60_000

/** Access for programs. */
export function TokensPage() {
  const { t } = useTranslation('people')
  usePageTitle(t('tokens.title'))
  return (
    <Only least="admin" title={t('tokens.title')}>
      <Tokens />
    </Only>
  )
}

function Tokens() {
  const { t } = useTranslation('people')
  const list = useQuery(listTokensOptions())
  const [adds, setAdds] = useState(false)
  const [ending, setEnding] = useState<Token>()
  const now = useNow(TICK_MS)
  const tokens = list.data?.items ?? []
  const add = (
    <Button look="primary" icon={Plus} onClick={() => setAdds(true)}>
      {t('tokens.add')}
    </Button>
  )
  return (
    <ListPage
      title={t('tokens.title')}
      about={t('tokens.about')}
      trouble={t('tokens.error')}
      list={list}
      action={tokens.length > 0 ? add : null}
    >
      {list.data && tokens.length === 0 ? (
        <Empty icon={KeyRound} title={t('tokens.none')} reason={t('tokens.noneHint')} action={add} />
      ) : null}
      <ul className="divide-y divide-line empty:hidden">
        {tokens.map((token) => (
          <Row key={token.id} token={token} now={now} onEnd={() => setEnding(token)} />
        ))}
      </ul>
      {adds ? <AddTokenDialog onClose={() => setAdds(false)} /> : null}
      {ending ? <EndTokenDialog token={ending} onClose={() => setEnding(undefined)} /> : null}
    </ListPage>
  )
}

function Row({ token, now, onEnd }: { token: Token; now: number; onEnd: () => void }) {
  const { t } = useTranslation('people')
  const { t: person } = useTranslation('person')
  const used = token.last_used_at
    ? t('tokens.used', { count: token.uses, times: number(token.uses), time: ago(token.last_used_at, now) })
    : t('tokens.unused')
  return (
    <li className="flex min-h-15 items-center gap-4 px-4 py-2.5">
      <div className="min-w-0 grow">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium text-base">
          <span className="wrap-anywhere min-w-0">{token.name}</span>
          {isOver(token, now) ? <Pill tone="warn">{t('tokens.over')}</Pill> : null}
        </p>
        <p className="text-muted text-sm">
          {person(`role.${token.role}.name`)} ·{' '}
          {token.scopes.map((scope) => t(`scope.${scope}.name`)).join(', ')} · {used} ·{' '}
          {token.expires_at ? (
            <span title={exactTime(token.expires_at)}>
              {t('tokens.until', { time: day(token.expires_at) })}
            </span>
          ) : (
            t('tokens.forEver')
          )}
        </p>
      </div>
      <Button size="sm" onClick={onEnd} aria-label={t('tokens.end', { name: token.name })}>
        {t('tokens.endShort')}
      </Button>
    </li>
  )
}

function EndTokenDialog({ token, onClose }: { token: Token; onClose: () => void }) {
  const { t } = useTranslation('people')
  const end = useRemoveToken(token.id)
  const toast = useToast()
  const done = () => {
    toast.success(t('endToken.done', { name: token.name }))
    onClose()
  }
  return (
    <Confirm
      open
      onOpenChange={onClose}
      title={t('endToken.title', { name: token.name })}
      text={t('endToken.text')}
      action={t('endToken.do')}
      look="danger"
      busy={end.isPending}
      onConfirm={() => end.mutate(undefined, { onSuccess: done })}
    >
      <FormError>{end.error ? asProblem(end.error).detail : null}</FormError>
    </Confirm>
  )
}
