import { useQuery } from '@tanstack/react-query'
import {
  getSystemOptions,
  listCommandsOptions,
  listEventsOptions,
} from '@/api/generated/@tanstack/react-query.gen.ts'
import { useMay } from '@/entities/person/me.ts'
import { useHouseNow } from '@/live/house-now.ts'

const COMMANDS = 100
const EVENTS = 8

/** What was sent lately, newest first; only for those who may read it. The feed says when there is more. */
export function useLateCommands() {
  return useQuery({ ...listCommandsOptions({ query: { limit: COMMANDS } }), enabled: useMay('operator') })
}

/** What was worth telling a person, newest first; only for those who may read it. */
export function useEvents() {
  return useQuery({ ...listEventsOptions({ query: { limit: EVENTS } }), enabled: useMay('operator') })
}

/** What the house has to say of itself: the feed brings codes, and the words are asked for when there are any. */
export function useHouseProblems() {
  const codes = useHouseNow()?.problems.length ?? 0
  return useQuery({ ...getSystemOptions(), enabled: codes > 0, select: (system) => system.problems })
}
