import { useMay } from '@/entities/person/me.ts'
import { Only } from '@/entities/person/only.tsx'
import { useTranslation } from '@/lib/i18n.ts'
import { usePageTitle } from '@/lib/page-title.ts'
import { TabPanel, Tabs } from '@/ui/tabs.tsx'
import { EventsTab } from './events-tab.tsx'
import { LogTab } from './log-tab.tsx'
import type { AuditSearch } from './search.ts'
import { VerifyCard } from './verify-card.tsx'

export interface PageProps {
  search: AuditSearch
  /** What changes; `undefined` takes it out of the address. */
  onSearch: (change: AuditSearch) => void
}

/** Who changed what and how it ended, and what the house noticed by itself. */
export function AuditPage(props: PageProps) {
  const { t } = useTranslation('audit')
  usePageTitle(t('title'))
  const admin = useMay('admin')
  return (
    <Only least="operator" title={t('title')}>
      <h1 className="mb-4 font-semibold text-xl">{t('title')}</h1>
      {/* The log itself is for administrators; operators read what the house noticed. */}
      {admin ? <Both {...props} /> : <EventsTab {...props} />}
    </Only>
  )
}

function Both({ search, onSearch }: PageProps) {
  const { t } = useTranslation('audit')
  return (
    <Tabs
      label={t('tabs')}
      value={search.tab ?? 'log'}
      onValueChange={(tab) => onSearch({ tab: tab === 'events' ? tab : undefined })}
      options={[
        { value: 'log', label: t('log.tab') },
        { value: 'events', label: t('events.tab') },
      ]}
    >
      <TabPanel value="log">
        <div className="grid grid-cols-1 gap-4">
          <VerifyCard />
          <LogTab search={search} onSearch={onSearch} />
        </div>
      </TabPanel>
      <TabPanel value="events">
        <EventsTab search={search} onSearch={onSearch} />
      </TabPanel>
    </Tabs>
  )
}
