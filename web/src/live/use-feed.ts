import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Feed } from './feed.ts'
import { keepLastKnown } from './last-known.ts'
import { liveStatus } from './status.ts'

/** Keeps the cache fresh, and a copy of it on this device, while the component that calls it is there. */
export function useFeed(): void {
  const cache = useQueryClient()
  useEffect(() => new Feed(cache, liveStatus).start(), [cache])
  useEffect(() => keepLastKnown(cache), [cache])
}
