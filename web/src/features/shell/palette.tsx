import { Search } from 'lucide-react'
import { type KeyboardEvent, useId, useState } from 'react'
import { groupBy } from '@/lib/group.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Dialog } from '@/ui/dialog.tsx'
import { type Item, usePaletteItems } from './palette-items.ts'

/** Type a few letters of a miner, a page or an action, and press Enter. The focus stays in the field all the time. */
export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('shell')
  const id = useId()
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const items = usePaletteItems(query)
  const at = Math.min(active, items.length - 1)
  const choose = (item: Item | undefined) => {
    if (item) {
      // First, so that what it opens finds the page free.
      onClose()
      item.run()
    }
  }
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined && items.length > 0) {
      event.preventDefault()
      const next = (at + step + items.length) % items.length
      setActive(next)
      document.getElementById(`${id}-${items[next]?.id}`)?.scrollIntoView({ block: 'nearest' })
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault()
      choose(items[at])
    }
  }
  return (
    <Dialog open onOpenChange={onClose} title={t('palette.title')} bare>
      <div className="sticky top-0 z-10 flex items-center gap-3 border-line border-b bg-raised px-4">
        <Search size={18} aria-hidden className="shrink-0 text-muted" />
        <input
          data-autofocus
          role="combobox"
          aria-label={t('palette.label')}
          aria-expanded={items.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={items[at] ? `${id}-${items[at].id}` : undefined}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          enterKeyHint="go"
          placeholder={t('palette.label')}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value)
            setActive(0)
          }}
          onKeyDown={press}
          className="h-13 w-full min-w-0 bg-transparent text-lg outline-none placeholder:text-muted"
        />
      </div>
      <output className="sr-only">{query ? t('palette.found', { count: items.length }) : null}</output>
      {items.length === 0 ? <p className="px-4 py-8 text-center text-muted">{t('palette.nothing')}</p> : null}
      <div
        {...{ role: 'listbox', 'aria-label': t('palette.title') }}
        id={`${id}-list`}
        tabIndex={-1}
        className="p-2 empty:hidden sm:h-96"
      >
        {[...groupBy(items, (item) => item.group)].map(([group, members]) => (
          <fieldset key={group} aria-label={t(`palette.${group}`)} className="mb-1">
            <p aria-hidden className="px-2.5 pt-2 pb-1 font-medium text-muted text-xs">
              {t(`palette.${group}`)}
            </p>
            {members.map((item) => (
              <Option
                key={item.id}
                id={`${id}-${item.id}`}
                item={item}
                active={item === items[at]}
                onPoint={() => setActive(items.indexOf(item))}
                onChoose={() => choose(item)}
              />
            ))}
          </fieldset>
        ))}
      </div>
    </Dialog>
  )
}

interface OptionProps {
  id: string
  item: Item
  active: boolean
  onPoint: () => void
  onChoose: () => void
}

function Option({ id, item: { icon: Sign, label, detail }, active, onPoint, onChoose }: OptionProps) {
  return (
    <button
      {...{ role: 'option', 'aria-selected': active }}
      type="button"
      id={id}
      tabIndex={-1}
      onPointerMove={active ? undefined : onPoint}
      onClick={onChoose}
      className={`flex min-h-10 w-full scroll-my-2 cursor-pointer items-center gap-3 rounded-lg px-2.5 py-1.5 ${active ? 'bg-accent-soft text-accent' : ''}`}
    >
      <Sign size={16} aria-hidden className="shrink-0" />
      <span className="shrink-0 font-medium">{label}</span>
      {detail ? <span className="min-w-0 truncate text-muted text-sm">{detail}</span> : null}
    </button>
  )
}
