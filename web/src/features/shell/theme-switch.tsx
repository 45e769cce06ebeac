import { Monitor, Moon, Sun } from 'lucide-react'
import { useId } from 'react'
import { useTranslation } from '@/lib/i18n.ts'
import { IconButton } from '@/ui/button.tsx'
import { type Theme, useShade, useTheme } from '@/ui/theme.ts'

/** Light or dark with one press. *As the device* is in the account menu. */
export function ThemeButton() {
  const { t } = useTranslation('common')
  const { setTheme } = useTheme()
  const other = useShade() === 'dark' ? 'light' : 'dark'
  return (
    <IconButton
      icon={other === 'dark' ? Sun : Moon}
      label={t(`theme.to.${other}`)}
      onClick={() => setTheme(other)}
    />
  )
}

const THEMES = [
  { value: 'light', icon: Sun },
  { value: 'dark', icon: Moon },
  { value: 'system', icon: Monitor },
] as const satisfies readonly { value: Theme; icon: unknown }[]

/** All three choices. */
export function ThemeChoice() {
  const { t } = useTranslation('common')
  const { theme, setTheme } = useTheme()
  const name = useId()
  return (
    <fieldset>
      <legend className="px-2.5 py-1.5 text-muted text-xs">{t('theme.name')}</legend>
      <div className="grid gap-0.5">
        {THEMES.map(({ value, icon: Sign }) => (
          <label
            key={value}
            className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-lg px-2.5 text-base hover:bg-subtle has-checked:bg-accent-soft has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={name}
              checked={theme === value}
              onChange={() => setTheme(value)}
              className="sr-only"
            />
            <Sign size={16} aria-hidden className="shrink-0" />
            {t(`theme.${value}`)}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
