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
}

/** One question; its answer is folded away. */
export function Question({ topic, query, open }: Props) {
  const { t } = useTranslation('help')
  const [chosen, setChosen] = useState<boolean>()
  const shown = chosen ?? open
  return (
    <div id={placeOf(topic)} className="scroll-mt-20 border-line border-t px-4 py-1 first:border-t-0">
      <Disclosure
        open={shown}
        onToggle={(now) => now === shown || setChosen(now)}
        summary={
          <h3 className="py-2 font-medium text-base">
            <Marked text={topic.question} query={query} />
          </h3>
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
