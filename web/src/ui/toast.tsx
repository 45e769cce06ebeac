import { CircleCheck, OctagonAlert, X } from 'lucide-react'
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react'
import { useTranslation } from '@/lib/i18n.ts'
import { Button, IconButton } from './button.tsx'
import { useCountdown } from './countdown.ts'

interface Extras {
  /** What happened, in a second line. */
  detail?: ReactNode
  /** Takes it back. */
  undo?: () => void
}

interface Message extends Extras {
  id: number
  tone: 'good' | 'bad'
  text: ReactNode
}

export interface Toasts {
  /** It worked. Goes away by itself. */
  success: (text: ReactNode, extras?: Extras) => void
  /** It did not. Stays until it is dismissed. */
  trouble: (text: ReactNode, extras?: Extras) => void
}

const MOST = 3
const STAYS_MS = 6_000
/** Somebody who wants to take it back needs time to read first. */
const STAYS_WITH_UNDO_MS = 10_000

const Context = createContext<Toasts | undefined>(undefined)

/**
 * Says in passing what came of something. Not for what must be read: that belongs on the page, and what concerns
 * an open dialog belongs in the dialog, which stands above the messages.
 */
export function useToast(): Toasts {
  const toasts = useContext(Context)
  if (!toasts) {
    throw new Error('useToast needs a ToastHost around it')
  }
  return toasts
}

/** Stands once around the whole app and shows what is said. */
export function ToastHost({ children }: { children: ReactNode }) {
  const { t } = useTranslation('common')
  const [messages, setMessages] = useState<Message[]>([])
  const last = useRef(0)
  const toasts = useMemo<Toasts>(() => {
    const say = (tone: Message['tone']) => (text: ReactNode, extras?: Extras) => {
      last.current += 1
      const message = { ...extras, id: last.current, tone, text }
      setMessages((before) => [...before, message].slice(-MOST))
    }
    return { success: say('good'), trouble: say('bad') }
  }, [])
  const dismiss = useCallback(
    (id: number) => setMessages((before) => before.filter((message) => message.id !== id)),
    [],
  )
  return (
    <Context value={toasts}>
      {children}
      <section
        aria-label={t('ui.messages')}
        className="pointer-events-none fixed right-0 bottom-0 z-50 w-full p-4 sm:w-[26rem]"
      >
        <div role="log" aria-live="polite" aria-relevant="additions" className="grid gap-2">
          {messages.map((message) => (
            <Toast key={message.id} message={message} dismiss={dismiss} />
          ))}
        </div>
      </section>
    </Context>
  )
}

function Toast({ message, dismiss }: { message: Message; dismiss: (id: number) => void }) {
  const { t } = useTranslation('common')
  const { id, tone, text, detail, undo } = message
  const good = tone === 'good'
  const time = undo ? STAYS_WITH_UNDO_MS : STAYS_MS
  const hold = useCountdown(good ? time : undefined, () => dismiss(id))
  const Sign = good ? CircleCheck : OctagonAlert
  return (
    <div
      {...hold}
      className="pointer-events-auto flex items-start gap-3 rounded-xl border border-line bg-raised py-2 pr-2 pl-4 text-text shadow-float transition-[translate,opacity] duration-150 starting:translate-y-2 starting:opacity-0"
    >
      <Sign size={18} aria-hidden className={`mt-2 shrink-0 ${good ? 'text-good' : 'text-bad'}`} />
      <div className="wrap-anywhere min-w-0 grow py-1.5 text-base">
        {text}
        {detail ? <div className="text-muted text-sm">{detail}</div> : null}
      </div>
      {undo ? (
        <Button
          size="sm"
          className="mt-0.5"
          onClick={() => {
            undo()
            dismiss(id)
          }}
        >
          {t('ui.undo')}
        </Button>
      ) : null}
      <IconButton icon={X} size="sm" label={t('ui.dismiss')} onClick={() => dismiss(id)} className="mt-0.5" />
    </div>
  )
}
