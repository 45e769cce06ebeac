import { useQuery } from '@tanstack/react-query'
import { Radar, Search } from 'lucide-react'
import { useState } from 'react'
import { getNetworkOptions } from '@/api/generated/@tanstack/react-query.gen.ts'
import type { HouseSettings, Job } from '@/api/generated/types.gen.ts'
import { fieldDetail } from '@/api/problem.ts'
import { useTranslation } from '@/lib/i18n.ts'
import { Banner } from '@/ui/banner.tsx'
import { Button } from '@/ui/button.tsx'
import { Field } from '@/ui/field.tsx'
import { FormError } from '@/ui/form.tsx'
import { Input } from '@/ui/input.tsx'
import { Progress } from '@/ui/progress.tsx'
import { Empty } from '@/ui/state.tsx'
import { FoundList } from './found-list.tsx'
import { isRange, proposedRanges, rangesOf } from './ranges.ts'
import { useScan } from './use-scan.ts'

/** Looks for miners in the networks of the house. */
export function LookRound({ house }: { house: HouseSettings }) {
  const { t } = useTranslation('discovery')
  const { data: network } = useQuery(getNetworkOptions())
  const [typed, setTyped] = useState<string>()
  const [left, setLeft] = useState(false)
  const scan = useScan()
  const text = typed ?? proposedRanges(house, network, window.location.hostname).join(', ')
  const ranges = rangesOf(text)
  const wrong = ranges.length === 0 ? t('look.missing') : ranges.every(isRange) ? undefined : t('look.form')
  const told = ranges.map((_, at) => fieldDetail(scan.problem, `ranges/${at}`)).find(Boolean)
  const refused = fieldDetail(scan.problem, 'ranges') ?? fieldDetail(scan.problem, 'home_ranges') ?? told
  const look = () => {
    setLeft(true)
    if (!wrong) {
      scan.start({ house, ranges })
    }
  }
  return (
    <div className="grid grid-cols-1 gap-4">
      {network?.bridged ? <Banner tone="warn">{t('look.bridged')}</Banner> : null}
      {network && !network.bridged && network.note ? <Banner tone="accent">{network.note}</Banner> : null}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          look()
        }}
        className="grid grid-cols-1 gap-3"
      >
        <Field
          label={t('look.label')}
          hint={t(network?.bridged ? 'look.hintBridged' : 'look.hint')}
          error={left ? (wrong ?? refused) : refused}
        >
          <Input
            autoComplete="off"
            spellCheck={false}
            className="font-mono"
            value={text}
            onChange={({ target }) => setTyped(target.value)}
            onBlur={() => setLeft(typed !== undefined)}
          />
        </Field>
        <Button type="submit" icon={Search} busy={scan.starting || scan.underWay}>
          {t(scan.job ? 'look.again' : 'look.action')}
        </Button>
      </form>
      <FormError>{scan.problem && !refused ? scan.problem.detail : null}</FormError>
      {scan.job && scan.underWay ? (
        <UnderWay job={scan.job} stopping={scan.stopping} onStop={scan.stop} />
      ) : null}
      {scan.found && scan.found.length > 0 ? <FoundList found={scan.found} /> : null}
      {scan.job && scan.settled ? <End job={scan.job} nothing={scan.found?.length === 0} /> : null}
    </div>
  )
}

interface UnderWayProps {
  job: Job
  stopping: boolean
  onStop: (id: number) => void
}

function UnderWay({ job, stopping, onStop }: UnderWayProps) {
  const { t } = useTranslation('discovery')
  return (
    <div className="flex items-end gap-3">
      <div className="grow">
        <Progress done={job.progress.done} total={job.progress.total || undefined} label={t('look.under')} />
      </div>
      <Button size="sm" busy={stopping} onClick={() => onStop(job.id)}>
        {t('look.stop')}
      </Button>
    </div>
  )
}

/** How it ended, where that is worth a word. */
function End({ job, nothing }: { job: Job; nothing: boolean }) {
  const { t } = useTranslation('discovery')
  if (job.state === 'failed') {
    return <Banner tone="bad">{t('look.failed', { why: job.error ?? t('look.noReason') })}</Banner>
  }
  if (job.state === 'cancelled') {
    return <Banner tone="warn">{t('look.cancelled')}</Banner>
  }
  return nothing ? <Empty icon={Radar} title={t('look.nothing')} reason={t('look.nothingWhy')} /> : null
}
