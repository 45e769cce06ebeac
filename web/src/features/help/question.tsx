import { useState } from 'react'
import { useTranslation } from '@/lib/i18n.ts'
import { Disclosure } from '@/ui/disclosure.tsx'
import { Answer } from './answer.tsx'
import { Marked } from './marked.tsx'
import { placeOf, type Topic } from './topics.ts'

interface Props {
  topic: Topic
  query: string
  /** Until somebody opens or closes it. */
  open: boolean
  /** Heading level, so that the page's outline has no holes. */
  level?: 2 | 3
}

/** One question; its answer is folded away. */
export function Question({ topic, query, open, level = 3 }: Props) {
  const { t } = useTranslation('help')
  const [chosen, setChosen] = useState<boolean>()
  const shown = chosen ?? open
  const Heading = level === 2 ? 'h2' : 'h3'
  return (
    <div id={placeOf(topic)} className="scroll-mt-20 border-line border-t px-4 py-1 first:border-t-0">
      <Disclosure
        open={shown}
        onToggle={(now) => now === shown || setChosen(now)}
        summary={
          <Heading className="py-2 font-medium text-base">
            <Marked text={topic.question} query={query} />
          </Heading>
        }
      >
        <Answer text={topic.answer} query={query} />
        {topic.kind === 'topics' ? null : (
          <p className="mt-3 text-muted text-xs">{t('problem.name', { slug: topic.name })}</p>
        )}
      </Disclosure>
    </div>
  )
}
