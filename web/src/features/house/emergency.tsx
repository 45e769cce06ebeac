import { useState } from 'react'
import { allOff, type Mode, setMode } from '@/api/client.ts'
import { asProblem } from '@/api/problem.ts'
import { miners } from '@/lib/format.ts'
import { useAttempt } from '@/lib/use-attempt.ts'
import { Button } from '@/ui/button.tsx'
import { Confirm } from '@/ui/confirm.tsx'
import { Notice } from '@/ui/notice.tsx'
import { type House, MODE_NAMES } from './model.ts'

interface Props {
  /** Absent while the house could not be read: the buttons must work even then. */
  house: House | undefined
  onDone: () => Promise<void>
}

/** The two buttons that must never be far away, and the way back. */
export function Emergency({ house, onDone }: Props) {
  const waysBack = house?.waysBack ?? []
  const [asking, setAsking] = useState<'all-off' | 'hands-off'>()
  const [said, setSaid] = useState<string>()
  const { busy, failure, run } = useAttempt(asProblem)
  const act = (action: () => Promise<void>, outcome: string) => {
    setAsking(undefined)
    setSaid(undefined)
    return run(async () => {
      await action()
      setSaid(outcome)
      await onDone()
    })
  }
  const goBack = (mode: Mode) => act(() => setMode(mode), `Back to ${MODE_NAMES[mode]}.`)
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap gap-2">
        <Button look="danger" disabled={busy} onClick={() => setAsking('all-off')}>
          All off now
        </Button>
        {waysBack.length === 0 ? (
          <Button disabled={busy} onClick={() => setAsking('hands-off')}>
            Hands off
          </Button>
        ) : (
          waysBack.map((mode) => (
            <Button key={mode} disabled={busy} onClick={() => goBack(mode)}>
              Back to {MODE_NAMES[mode]}
            </Button>
          ))
        )}
      </div>
      {failure ? <Notice look="bad">{failure.detail}</Notice> : null}
      {said ? <Notice look="plain">{said}</Notice> : null}
      {asking === 'all-off' ? (
        <Confirm
          title="Switch all miners off now?"
          action="Switch all off"
          look="danger"
          onCancel={() => setAsking(undefined)}
          onConfirm={() => act(allOff, 'All miners were told to switch off.')}
        >
          {house ? `This concerns ${miners(house.miners)}. ` : ''}They stay off until somebody switches them
          on again.
        </Confirm>
      ) : null}
      {asking === 'hands-off' ? (
        <Confirm
          title="Take the hands off?"
          action="Pause the manager"
          look="primary"
          onCancel={() => setAsking(undefined)}
          onConfirm={() =>
            act(() => setMode('paused'), 'Paused. Nothing is sent to a miner but heat protection.')
          }
        >
          The manager goes on watching, but sends nothing to a miner except heat protection. Miners stay as
          they are now.
        </Confirm>
      ) : null}
    </div>
  )
}
