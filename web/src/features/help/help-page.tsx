import { CircleHelp } from 'lucide-react'
import { useMemo, useRef } from 'react'
import { useTranslation } from '@/lib/i18n.ts'
import { usePageTitle } from '@/lib/page-title.ts'
import { Banner } from '@/ui/banner.tsx'
import { Button } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { SearchInput } from '@/ui/input.tsx'
import { Empty } from '@/ui/state.tsx'
import { found } from './find.ts'
import { Question } from './question.tsx'
import type { HelpSearch } from './search.ts'
import { askedFor, type Group, groupsOf, placeOf } from './topics.ts'
import { useOpened } from './use-opened.ts'
import { useWalk } from './walk.ts'

interface Props {
  search: HelpSearch
  /** What changes; `undefined` takes it out of the address. */
  onSearch: (change: HelpSearch) => void
}

/** Questions and answers, and what every message of the manager means. */
export function HelpPage({ search, onSearch }: Props) {
  const { t } = useTranslation('help')
  usePageTitle(t('title'))
  const groups = useMemo(() => groupsOf(t), [t])
  const query = search.q ?? ''
  const asked = askedFor(search)
  const page = useRef<HTMLDivElement>(null)
  useOpened(asked)
  useWalk(page)
  const ask = (q: string) =>
    onSearch(q === '' ? { q: undefined } : { q, topic: undefined, problem: undefined })
  return (
    <div ref={page} className="grid max-w-5xl gap-4">
      <div>
        <h1 className="font-semibold text-xl">{t('title')}</h1>
        <p className="mt-1 text-muted">{t('lead')}</p>
      </div>
      <SearchInput
        label={t('search.label')}
        placeholder={t('search.placeholder')}
        value={query}
        onValueChange={ask}
        className="max-w-xl"
      />
      {search.problem !== undefined && asked === undefined ? (
        <Banner tone="neutral" icon={CircleHelp} live="off">
          <p className="font-medium">{t('problem.unknown', { slug: search.problem })}</p>
          <p className="text-muted text-sm">{t('problem.unknownHint')}</p>
        </Banner>
      ) : null}
      {query.trim() === '' ? (
        <Everything groups={groups} asked={asked} />
      ) : (
        <Found groups={groups} query={query} onClear={() => ask('')} />
      )}
    </div>
  )
}

function Everything({ groups, asked }: { groups: readonly Group[]; asked: string | undefined }) {
  const { t } = useTranslation('help')
  const headings = useRef(new Map<string, HTMLElement>())
  return (
    <div className="grid gap-6 lg:grid-cols-[13rem_1fr]">
      <nav aria-label={t('contents')} className="sticky top-20 self-start max-lg:hidden">
        <ul className="grid gap-1">
          {groups.map(({ id, title }) => (
            <li key={id}>
              <Button
                look="ghost"
                size="sm"
                className="w-full justify-start! whitespace-normal! text-left text-muted!"
                onClick={() => headings.current.get(id)?.scrollIntoView({ block: 'start' })}
              >
                {title}
              </Button>
            </li>
          ))}
        </ul>
      </nav>
      <div className="grid min-w-0 gap-4">
        {groups.map(({ id, title, topics }) => (
          <div
            key={id}
            ref={(element) => void (element && headings.current.set(id, element))}
            className="scroll-mt-20"
          >
            <Card title={title} flush>
              {topics.map((topic) => (
                <Question
                  key={`${placeOf(topic)} ${placeOf(topic) === asked}`}
                  topic={topic}
                  query=""
                  open={placeOf(topic) === asked}
                />
              ))}
            </Card>
          </div>
        ))}
      </div>
    </div>
  )
}

interface FoundProps {
  groups: readonly Group[]
  query: string
  onClear: () => void
}

function Found({ groups, query, onClear }: FoundProps) {
  const { t } = useTranslation('help')
  const topics = useMemo(
    () =>
      found(
        query,
        groups.flatMap((group) => group.topics),
      ),
    [groups, query],
  )
  return (
    <>
      <output className={topics.length === 0 ? 'sr-only' : 'text-muted text-sm'}>
        {t('search.found', { count: topics.length })}
      </output>
      <Card flush>
        {topics.map((topic, index) => (
          <Question key={placeOf(topic)} topic={topic} query={query} open={index === 0} level={2} />
        ))}
        {topics.length === 0 ? (
          <Empty
            icon={CircleHelp}
            title={t('search.nothing')}
            reason={t('search.nothingHint')}
            action={<Button onClick={onClear}>{t('search.clear')}</Button>}
          />
        ) : null}
      </Card>
    </>
  )
}
