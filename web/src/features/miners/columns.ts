import type { Sort } from './search.ts'

export interface Column {
  id: string
  sort?: Sort
  numeric?: boolean
  className: string
  /** From which width of the list on there is room for it; without it, always. */
  room?: string
}

/** Written out, because the style sheet is made from these words. */
export const ROOM = {
  spark: 'hidden @4xl:table-cell',
  hashrate: 'hidden @xs:table-cell',
  temperature: 'hidden @md:table-cell',
  power: 'hidden @xl:table-cell',
  efficiency: 'hidden @3xl:table-cell',
  mode: 'hidden @2xl:table-cell',
  tags: 'hidden @5xl:table-cell',
}

export const COLUMNS: readonly Column[] = [
  { id: 'name', sort: 'name', className: 'pr-3 pl-4' },
  { id: 'state', sort: 'state', className: 'w-30 pr-3 pl-3' },
  { id: 'spark', className: 'pr-3 pl-3 w-24', room: ROOM.spark },
  {
    id: 'hashrate',
    sort: 'hashrate',
    numeric: true,
    className: 'w-26 pr-3 pl-3 @xl:w-28',
    room: ROOM.hashrate,
  },
  {
    id: 'temperature',
    sort: 'temperature',
    numeric: true,
    className: 'pr-3 pl-3 w-25',
    room: ROOM.temperature,
  },
  { id: 'power', sort: 'power', numeric: true, className: 'pr-3 pl-3 w-25', room: ROOM.power },
  { id: 'efficiency', sort: 'efficiency', numeric: true, className: 'pr-3 pl-3 w-29', room: ROOM.efficiency },
  { id: 'mode', sort: 'mode', className: 'pr-3 pl-3 w-30', room: ROOM.mode },
  { id: 'tags', className: 'w-40 pr-4 pl-3', room: ROOM.tags },
]
