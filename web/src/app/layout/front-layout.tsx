import { Outlet } from '@tanstack/react-router'
import { ThemeButton } from '@/features/shell/theme-switch.tsx'
import { useTranslation } from '@/lib/i18n.ts'
import { Brand } from '@/ui/brand.tsx'

/** What is around the pages in front of the door: signing in and setting up. */
export function FrontLayout() {
  const { t } = useTranslation('common')
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex h-14 shrink-0 items-center justify-between gap-4 px-4 sm:px-8">
        <Brand name={t('product')} />
        <ThemeButton />
      </header>
      <main className="mx-auto w-full max-w-[27rem] grow px-4 pt-4 pb-12 sm:pt-[8vh]">
        <Outlet />
      </main>
    </div>
  )
}
