import { Check, Copy } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from '@/lib/i18n.ts'
import { Button, IconButton } from './button.tsx'
import { copyText } from './copy-text.ts'
import { Dialog } from './dialog.tsx'

/** How long "Copied" stays. */
const THANKS_MS = 2_000

interface Props {
  text: string
  /** What is copied: "Copy the command". */
  label: string
  look?: 'icon' | 'button'
}

/** Copies a text; where the browser forbids it (plain http on a home network), shows it ready to be copied by hand. */
export function CopyButton({ text, label, look = 'icon' }: Props) {
  const { t } = useTranslation('common')
  const [outcome, setOutcome] = useState<'copied' | 'by-hand'>()
  useEffect(() => {
    if (outcome !== 'copied') {
      return
    }
    const timer = setTimeout(() => setOutcome(undefined), THANKS_MS)
    return () => clearTimeout(timer)
  }, [outcome])
  const copied = outcome === 'copied'
  const press = async () => setOutcome((await copyText(text)) ? 'copied' : 'by-hand')
  return (
    <>
      {look === 'icon' ? (
        <IconButton
          icon={copied ? Check : Copy}
          size="sm"
          label={copied ? t('ui.copied') : label}
          onClick={press}
        />
      ) : (
        <Button icon={copied ? Check : Copy} size="sm" onClick={press}>
          {copied ? t('ui.copied') : label}
        </Button>
      )}
      <output className="sr-only">{copied ? t('ui.copied') : null}</output>
      <Dialog
        open={outcome === 'by-hand'}
        onOpenChange={() => setOutcome(undefined)}
        title={label}
        description={t('ui.copyByHand')}
      >
        <ReadyToCopy text={text} label={label} />
      </Dialog>
    </>
  )
}

/** The text, selected already: one key is left to press. */
function ReadyToCopy({ text, label }: { text: string; label: string }) {
  const box = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    box.current?.focus()
    box.current?.select()
  }, [])
  return (
    <textarea
      ref={box}
      readOnly
      aria-label={label}
      value={text}
      rows={Math.min(10, text.split('\n').length + 1)}
      className="w-full rounded-lg border border-edge bg-subtle p-3 font-mono text-sm"
    />
  )
}
