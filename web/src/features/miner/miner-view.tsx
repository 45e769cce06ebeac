import { lazy, Suspense } from 'react'
import type { Miner } from '@/api/generated/types.gen.ts'
import { useMay } from '@/entities/person/me.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Loading } from '@/ui/state.tsx'
import { TabPanel, Tabs } from '@/ui/tabs.tsx'
import { Asks } from './asks.tsx'
import { CommandsTab } from './commands-tab.tsx'
import { Head } from './head.tsx'
import { NoticeBanner } from './notice-banner.tsx'
import { NowTab } from './now-tab.tsx'
import { RawTab } from './raw-tab.tsx'
import { TABS, type Tab } from './search.ts'
import { StateCard } from './state-card.tsx'
import { useMinerSearch } from './use-search.ts'

const TuningTab = lazy(async () => ({ default: (await import('./tuning-tab.tsx')).TuningTab }))
const SettingsTab = lazy(async () => ({ default: (await import('./settings-tab.tsx')).SettingsTab }))

/** The page of a miner that is there. A viewer has one page of it, without buttons. */
export function MinerView({ miner }: { miner: Miner }) {
  const { t } = useTranslation('miner')
  const { search, change } = useMinerSearch()
  const operator = useMay('operator')
  const admin = useMay('admin')
  const tabs = TABS.filter((tab) => tab === 'now' || (tab === 'settings' ? admin : operator))
  const tab: Tab = tabs.find((one) => one === search.tab) ?? 'now'
  const open = (next: Tab) => change({ tab: next === 'now' ? undefined : next }, 'step')
  return (
    <div className="grid grid-cols-1 gap-4">
      <Head miner={miner} />
      <NoticeBanner miner={miner} />
      <StateCard miner={miner} />
      {operator ? (
        <Tabs
          label={t('tab.label')}
          value={tab}
          onValueChange={open}
          options={tabs.map((value) => ({ value, label: t(`tab.${value}`) }))}
        >
          <TabPanel value="now">
            <NowTab miner={miner} />
          </TabPanel>
          <TabPanel value="tuning">
            <Suspense fallback={<Loading rows={5} />}>
              <TuningTab miner={miner} />
            </Suspense>
          </TabPanel>
          <TabPanel value="commands">
            <CommandsTab miner={miner} />
          </TabPanel>
          <TabPanel value="raw">
            <RawTab miner={miner} />
          </TabPanel>
          <TabPanel value="settings">
            <Suspense fallback={<Loading rows={5} />}>
              <SettingsTab miner={miner} />
            </Suspense>
          </TabPanel>
        </Tabs>
      ) : (
        <NowTab miner={miner} />
      )}
      {operator ? <Asks miner={miner} /> : null}
    </div>
  )
}
