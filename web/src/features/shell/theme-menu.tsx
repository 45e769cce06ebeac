import { Monitor, Moon, Sun } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '@/ui/button.tsx'
import { Menu, MenuChoice, MenuLabel } from '@/ui/menu.tsx'
import { type Theme, useTheme } from '@/ui/theme.ts'

const ICONS = { light: Sun, dark: Moon, system: Monitor }
const THEMES = ['light', 'dark', 'system'] as const satisfies readonly Theme[]

/** Light, dark, or as the device is; a button in the header. */
export function ThemeMenu() {
  const { t } = useTranslation('common')
  const { theme } = useTheme()
  return (
    <Menu trigger={<IconButton icon={ICONS[theme]} label={t('theme.name')} />}>
      <MenuLabel>{t('theme.name')}</MenuLabel>
      <ThemeChoice />
    </Menu>
  )
}

/** The same choice inside of another menu. */
export function ThemeChoice() {
  const { t } = useTranslation('common')
  const { theme, setTheme } = useTheme()
  return (
    <MenuChoice
      value={theme}
      onValueChange={setTheme}
      options={THEMES.map((value) => ({ value, label: t(`theme.${value}`), icon: ICONS[value] }))}
    />
  )
}
