import { cx } from 'class-variance-authority'
import { createContext, type KeyboardEvent, type ReactNode, useContext, useId } from 'react'
import type { Icon } from './icon.ts'
import { nextTab } from './tab-keys.ts'

interface Option<Value extends string> {
  value: Value
  label: ReactNode
  icon?: Icon
  /** How many there are behind it. */
  count?: number
}

interface Props<Value extends string> {
  /** What is chosen between; read out. */
  label: string
  value: Value
  onValueChange: (value: Value) => void
  options: readonly Option<Value>[]
}

const BAR = 'flex min-w-0 max-w-full gap-1 overflow-x-auto p-0.5 [scrollbar-width:none]'
const TAB =
  'inline-flex min-h-8 shrink-0 cursor-pointer items-center gap-2 whitespace-nowrap rounded-lg px-3 font-medium text-sm transition-colors'
const ON = 'bg-accent-soft text-accent'
const OFF = 'text-muted hover:bg-subtle hover:text-text'

interface Chosen {
  id: string
  value: string
}

const Chosen = createContext<Chosen>({ id: '', value: '' })

/** The arrows only walk: a page is fetched when it is chosen, not when it is passed. */
function walk(event: KeyboardEvent<HTMLElement>) {
  const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')]
  const next = nextTab(event.key, tabs.length, tabs.indexOf(document.activeElement as HTMLElement))
  if (next !== undefined) {
    event.preventDefault()
    tabs[next]?.focus()
  }
}

/** Pages of one thing. Each option needs a TabPanel among the children; the address bar holds the value. */
export function Tabs<Value extends string>({
  label,
  value,
  onValueChange,
  options,
  children,
}: Props<Value> & { children: ReactNode }) {
  const id = useId()
  const list = { role: 'tablist', 'aria-label': label, onKeyDown: walk }
  return (
    <div>
      <div {...list} className={cx(BAR, 'mb-4')}>
        {options.map((option) => {
          const chosen = option.value === value
          return (
            <button
              key={option.value}
              type="button"
              role="tab"
              id={`${id}-tab-${option.value}`}
              aria-selected={chosen}
              aria-controls={chosen ? `${id}-panel` : undefined}
              tabIndex={chosen ? 0 : -1}
              onClick={() => onValueChange(option.value)}
              className={cx(TAB, 'focus-visible:outline-offset-0', chosen ? ON : OFF)}
            >
              <Face option={option} />
            </button>
          )
        })}
      </div>
      <Chosen value={{ id, value }}>{children}</Chosen>
    </div>
  )
}

/** What a tab shows; mounted only while it is chosen. */
export function TabPanel({ value, children }: { value: string; children: ReactNode }) {
  const chosen = useContext(Chosen)
  if (chosen.value !== value) {
    return null
  }
  const panel = { role: 'tabpanel', 'aria-labelledby': `${chosen.id}-tab-${value}`, tabIndex: 0 }
  return (
    <div {...panel} id={`${chosen.id}-panel`} className="rounded-xl">
      {children}
    </div>
  )
}

/** One of a few values in a row: ranges, views, filters. */
export function Segmented<Value extends string>({ label, value, onValueChange, options }: Props<Value>) {
  const name = useId()
  return (
    <fieldset className={BAR}>
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className={cx(
            TAB,
            'relative has-focus-visible:outline-2 has-focus-visible:outline-accent',
            option.value === value ? ON : OFF,
          )}
        >
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onValueChange(option.value)}
            className="absolute inset-0 cursor-pointer opacity-0"
          />
          <Face option={option} />
        </label>
      ))}
    </fieldset>
  )
}

function Face<Value extends string>({ option }: { option: Option<Value> }) {
  const { icon: Sign, label, count } = option
  return (
    <>
      {Sign ? <Sign size={16} aria-hidden className="shrink-0" /> : null}
      {label}
      {count === undefined ? null : <span className="nums font-normal text-xs">{count}</span>}
    </>
  )
}
