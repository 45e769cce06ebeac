import { CircleCheck, CirclePause, CircleX, Crown, Info, SearchX, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { Banner } from '../banner.tsx'
import { Bar } from '../bar.tsx'
import { Button } from '../button.tsx'
import { Card, CardGrid } from '../card.tsx'
import { Figure } from '../figure.tsx'
import { Pill } from '../pill.tsx'
import { Progress } from '../progress.tsx'
import { Sparkline } from '../sparkline.tsx'
import { Empty, ErrorState, Loading, OfflineBanner, StaleMark } from '../state.tsx'
import { type SortDirection, Table, Tbody, Td, Th, Thead, Tr } from '../table.tsx'
import { Shelf } from './shelf.tsx'

export function Figures() {
  return (
    <CardGrid min="narrow">
      <Card>
        <Figure label="Hash rate" value="41.05" unit="TH/s" note="9 of 12 mining" source="read 12 s ago" />
      </Card>
      <Card>
        <Figure label="Power" value="940.1" unit="W" note="22.9 J/TH" stale="12 min ago" />
      </Card>
      <Card>
        <Figure label="Best share" value="–" note="No miner has said yet" />
      </Card>
      <Card>
        <Figure label="Hottest" value="82.8" unit="°C" note={<StaleMark age="4 min ago" />} size="md" />
      </Card>
    </CardGrid>
  )
}

export function Pills() {
  return (
    <Shelf title="States in a word">
      <div className="flex flex-wrap gap-2">
        <Pill tone="good" icon={CircleCheck}>
          Mining
        </Pill>
        <Pill tone="warn" icon={TriangleAlert}>
          Too hot
        </Pill>
        <Pill tone="bad" icon={CircleX}>
          Offline
        </Pill>
        <Pill tone="neutral" icon={CirclePause}>
          Paused
        </Pill>
        <Pill tone="accent" icon={Info}>
          New
        </Pill>
        <Pill tone="champion" icon={Crown}>
          Champion
        </Pill>
      </div>
      <Bar label="Garage 6" note="82.8 °C" value={0.88} tone="expensive" />
      <Bar label="Cellar 2" note="54.0 °C" value={0.54} tone="good" />
      <Bar label="Attic 1" note="–" value={undefined} tone="neutral" />
      <Progress label="Looking for miners" done={96} total={254} />
      <Progress label="Making a backup" done={0} total={undefined} note="counting" />
    </Shelf>
  )
}

export function Banners() {
  return (
    <div className="grid gap-3">
      <OfflineBanner since="since 14:02" action={<Button size="sm">Try now</Button>} />
      <Banner tone="accent" live="off" action={<Button size="sm">Go live</Button>}>
        Dry run: the manager decides and shows, and sends nothing by itself.
      </Banner>
      <Banner tone="good" live="off">
        Everything runs at full power until 16:00, then eco.
      </Banner>
      <Banner tone="neutral" live="off">
        The demo neighbourhood: nothing here is real.
      </Banner>
      <Banner tone="bad" live="off" action={<Button size="sm">Details</Button>}>
        The database has not answered for 2 min. Nothing is sent to a miner until it does.
      </Banner>
    </div>
  )
}

export function States() {
  return (
    <CardGrid>
      <Card title="Loading">
        <Loading rows={4} />
      </Card>
      <Card title="Empty">
        <Empty
          icon={SearchX}
          title="No miner found"
          reason="Nothing on 192.168.1.0/24 answered like a miner."
          action={<Button look="primary">Add one by its address</Button>}
        />
      </Card>
      <Card title="Error">
        <ErrorState
          title="The history could not be read"
          detail="The manager answered that its database is away. It tries again by itself."
          action={<Button>Try again</Button>}
          details={<code className="font-mono text-xs">503 /problems/database-away</code>}
        />
      </Card>
    </CardGrid>
  )
}

const MINERS = [
  { name: 'Garage 001', model: 'Bitaxe Gamma', hashrate: 1.21, recent: [4, 5, 4, 6, 5, 7, 6, 6] },
  { name: 'Shed 002', model: 'NerdQaxe++', hashrate: 4.83, recent: [5, 5, null, null, 5, 6, 5, 6] },
  { name: 'Cellar 004', model: 'Avalon Nano 3S', hashrate: null, recent: [null, null, null] },
]

export function Rows() {
  const [sort, setSort] = useState<SortDirection>('descending')
  const sign = sort === 'ascending' ? 1 : -1
  const miners = MINERS.toSorted((a, b) => sign * ((a.hashrate ?? 0) - (b.hashrate ?? 0)))
  return (
    <Card flush>
      <Table label="Miners">
        <Thead>
          <Th>Miner</Th>
          <Th>Status</Th>
          <Th>Last hour</Th>
          <Th numeric sort={sort} onSort={() => setSort(sort === 'ascending' ? 'descending' : 'ascending')}>
            Hash rate
          </Th>
          <Th numeric>Power</Th>
        </Thead>
        <Tbody>
          {miners.map(({ name, model, hashrate, recent }) => (
            <Tr key={name}>
              <Td>
                <div className="font-medium">{name}</div>
                <div className="text-muted text-xs">{model}</div>
              </Td>
              <Td>
                {hashrate === null ? (
                  <Pill tone="bad" icon={CircleX}>
                    Offline
                  </Pill>
                ) : (
                  <Pill tone="good" icon={CircleCheck}>
                    Mining
                  </Pill>
                )}
              </Td>
              <Td>
                <Sparkline points={recent} label={`Hash rate of ${name} in the last hour`} />
              </Td>
              <Td numeric>
                {hashrate ?? '–'} {hashrate === null ? null : <span className="text-muted">TH/s</span>}
              </Td>
              <Td numeric>–</Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </Card>
  )
}
