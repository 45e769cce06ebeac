import { type Me, signOut } from '@/api/client.ts'
import { asProblem } from '@/api/problem.ts'
import { useAttempt } from '@/lib/use-attempt.ts'
import { Button } from '@/ui/button.tsx'
import { Card } from '@/ui/card.tsx'
import { Notice } from '@/ui/notice.tsx'
import { Emergency } from './emergency.tsx'
import { type House, MODE_MEANINGS, MODE_NAMES } from './model.ts'
import { useHouse } from './use-house.ts'

interface Props {
  me: Me
  onSignedOut: () => void
}

export function HousePage({ me, onSignedOut }: Props) {
  const { house, problem, refresh } = useHouse(onSignedOut)
  const leaving = useAttempt(asProblem)
  const leave = () =>
    leaving.run(async () => {
      await signOut()
      onSignedOut()
    })
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h1 className="font-semibold text-xl">Home Miner Manager</h1>
        <div className="flex flex-wrap items-center gap-3">
          <span>
            {me.name} {me.role ? <span className="text-muted">({me.role})</span> : null}
          </span>
          <Button disabled={leaving.busy} onClick={leave}>
            Sign out
          </Button>
        </div>
      </div>
      {leaving.failure ? <Notice look="bad">{leaving.failure.detail}</Notice> : null}
      {problem ? (
        <Notice look="warn">
          {problem.detail}
          {house ? ' What is shown below is from before.' : ''}
        </Notice>
      ) : null}
      <Emergency house={house} onDone={refresh} />
      {house ? <Facts house={house} /> : null}
      {house || problem ? null : <p className="text-muted">Looking around…</p>}
    </div>
  )
}

function Facts({ house }: { house: House }) {
  return (
    <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
      <Card title="Operation mode">
        <p className={`font-semibold text-[1.625rem] ${house.mode === 'paused' ? 'text-warn' : ''}`}>
          {MODE_NAMES[house.mode]}
        </p>
        <p className="text-muted">{MODE_MEANINGS[house.mode]}</p>
      </Card>
      <Card title="Miners">
        <p className="font-semibold text-[1.625rem] tabular-nums">{house.miners}</p>
        <p className="text-muted tabular-nums">{house.mining} mining</p>
      </Card>
      <Card title="This manager">
        <p className="font-semibold text-[1.625rem] tabular-nums">{house.version}</p>
        <p>
          <a className="text-accent underline underline-offset-2" href="docs">
            Everything else: the API and its documentation
          </a>
        </p>
      </Card>
    </div>
  )
}
