import { useTranslation } from '@/lib/i18n.ts'
import { CopyButton } from './copy.tsx'
import { useScrollFocus } from './scroll-focus.ts'

interface Props {
  text: string
  /** What it is; read out, and the name of the copy button. */
  label?: string
}

/** A command or a raw reply, wrapped and ready to be copied. */
export function Code({ text, label }: Props) {
  const { t } = useTranslation('common')
  return (
    <div className="relative rounded-lg border border-line bg-subtle">
      <pre
        {...useScrollFocus({ 'aria-label': label ?? t('ui.code') })}
        className="max-h-96 overflow-auto whitespace-pre-wrap break-words rounded-lg py-2.5 pr-12 pl-3 font-mono text-sm"
      >
        <code>{text}</code>
      </pre>
      <div className="absolute top-1 right-1">
        <CopyButton text={text} label={label ? t('ui.copyThing', { thing: label }) : t('ui.copy')} />
      </div>
    </div>
  )
}
