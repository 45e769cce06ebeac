import { Outlet, useNavigate, useSearch } from '@tanstack/react-router'
import { startTransition, useState } from 'react'
import { useMay } from '@/entities/person/me.ts'
import { AddMiner } from '@/features/add-miner/add-miner.tsx'
import { AskContext, type Asked } from '@/features/shell/ask.ts'
import { Dialogs } from '@/features/shell/dialogs.tsx'
import { Header } from '@/features/shell/header.tsx'
import { Notices } from '@/features/shell/notices.tsx'
import { Sidebar } from '@/features/shell/sidebar.tsx'
import { useHotkeys } from '@/features/shell/use-hotkeys.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { useFeed } from '@/live/use-feed.ts'

const MAIN = 'main'

/** What is around every page of the house. */
export function Shell() {
  useFeed()
  const [asked, setAsked] = useState<Asked>()
  // A transition, so that a dialog that is still on its way is not shown as nothing first.
  const ask = (wanted: Asked) => startTransition(() => setAsked(wanted))
  useHotkeys(ask)
  return (
    <AskContext value={ask}>
      <SkipLink />
      <Sidebar />
      <div className="flex min-h-dvh flex-col lg:pl-58">
        <Header onMenu={() => ask('menu')} />
        <Notices />
        <main
          id={MAIN}
          tabIndex={-1}
          className="mx-auto w-full max-w-[90rem] grow px-4 py-6 outline-none lg:px-8"
        >
          <Outlet />
        </main>
      </div>
      <Dialogs asked={asked} onClose={() => setAsked(undefined)} />
      <AddMinerDoor />
    </AskContext>
  )
}

/** `?add=1` on any page opens the wizard above it, for whoever may. */
function AddMinerDoor() {
  const { add } = useSearch({ from: '/_house' })
  const navigate = useNavigate()
  const may = useMay('admin')
  const close = () =>
    void navigate({ to: '.', search: (before) => ({ ...before, add: undefined }), replace: true })
  return may && add ? <AddMiner onClose={close} /> : null
}

/** A button, because a link to a place on the page would leave the page where the manager lives below a path. */
function SkipLink() {
  const { t } = useTranslation('shell')
  return (
    <button
      type="button"
      onClick={() => document.getElementById(MAIN)?.focus()}
      className="sr-only z-50 rounded-lg bg-accent px-4 py-2 font-medium text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
    >
      {t('skip')}
    </button>
  )
}
