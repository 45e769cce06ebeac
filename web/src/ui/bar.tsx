import type { ReactNode } from 'react'

const TONES = {
  good: 'bg-good',
  warn: 'bg-warn',
  bad: 'bg-bad',
  neutral: 'bg-normal',
  accent: 'bg-accent',
  champion: 'bg-champion',
  cheap: 'bg-cheap',
  normal: 'bg-normal',
  expensive: 'bg-expensive',
}

interface Props {
  /** 0 to 1; undefined where it is not known: the bar stays empty and the note says "–". */
  value: number | undefined
  tone: keyof typeof TONES
  label: ReactNode
  /** The number in words; a bar alone says too little. */
  note?: ReactNode
}

/** A share of a whole. The words beside it carry the meaning, the bar is for the eye. */
export function Bar({ value, tone, label, note }: Props) {
  const share = value === undefined ? 0 : Math.min(1, Math.max(0, value))
  return (
    <div className="grid gap-1.5">
      <div className="flex items-baseline justify-between gap-3 text-sm">
        <span className="min-w-0 truncate font-medium">{label}</span>
        {note ? <span className="nums shrink-0">{note}</span> : null}
      </div>
      <div aria-hidden className="h-1.5 overflow-hidden rounded-full bg-subtle">
        <div className={`h-full rounded-full ${TONES[tone]}`} style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  )
}
