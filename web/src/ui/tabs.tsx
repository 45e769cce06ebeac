import { cx } from 'class-variance-authority'
import { Tabs as RadixTabs, ToggleGroup } from 'radix-ui'
import type { ReactNode } from 'react'
import type { Icon } from './icon.ts'

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

const BAR = 'flex max-w-full gap-1 overflow-x-auto p-0.5 [scrollbar-width:none]'
const TAB =
  'inline-flex min-h-8 shrink-0 items-center gap-2 whitespace-nowrap rounded-lg px-3 font-medium text-muted text-sm transition-colors hover:bg-subtle hover:text-text focus-visible:outline-offset-0 data-[state=active]:bg-accent-soft data-[state=active]:text-accent data-[state=on]:bg-accent-soft data-[state=on]:text-accent'

/** Turns a string from outside into one of the options, or nothing. */
function pick<Value extends string>({ options, onValueChange }: Props<Value>) {
  return (text: string) => {
    const option = options.find((one) => one.value === text)
    if (option) {
      onValueChange(option.value)
    }
  }
}

/** Pages of one thing. Each option needs a TabPanel among the children; the address bar holds the value. */
export function Tabs<Value extends string>(props: Props<Value> & { children: ReactNode }) {
  const { label, value, options, children } = props
  return (
    <RadixTabs.Root value={value} onValueChange={pick(props)} activationMode="manual">
      <RadixTabs.List aria-label={label} className={cx(BAR, 'mb-4')}>
        {options.map((option) => (
          <RadixTabs.Trigger key={option.value} value={option.value} className={TAB}>
            <Face option={option} />
          </RadixTabs.Trigger>
        ))}
      </RadixTabs.List>
      {children}
    </RadixTabs.Root>
  )
}

/** What a tab shows; mounted only while it is chosen. */
export function TabPanel({ value, children }: { value: string; children: ReactNode }) {
  return (
    <RadixTabs.Content value={value} className="rounded-xl">
      {children}
    </RadixTabs.Content>
  )
}

/** One of a few values in a row: ranges, views, filters. */
export function Segmented<Value extends string>(props: Props<Value>) {
  const { label, value, options } = props
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value}
      // Pressing the chosen one again takes nothing away.
      onValueChange={pick(props)}
      className={BAR}
    >
      {options.map((option) => (
        <ToggleGroup.Item key={option.value} value={option.value} className={TAB}>
          <Face option={option} />
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
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
