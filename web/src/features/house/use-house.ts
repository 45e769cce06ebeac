import { useCallback, useEffect, useState } from 'react'
import { asProblem, type Problem } from '@/api/problem.ts'
import { type House, readHouse } from './model.ts'

const REFRESH_MS = 10_000

interface State {
  house: House | undefined
  problem: Problem | undefined
  refresh: () => Promise<void>
}

/** The house as it is now, asked again every few seconds while somebody looks. */
export function useHouse(onSignedOut: () => void): State {
  const [house, setHouse] = useState<House>()
  const [problem, setProblem] = useState<Problem>()
  const refresh = useCallback(async () => {
    try {
      setHouse(await readHouse())
      setProblem(undefined)
    } catch (error) {
      const reason = asProblem(error)
      if (reason.status === 401) {
        onSignedOut()
      } else {
        setProblem(reason)
      }
    }
  }, [onSignedOut])
  useEffect(() => {
    const first = setTimeout(refresh, 0)
    const timer = setInterval(() => {
      if (!document.hidden) {
        void refresh()
      }
    }, REFRESH_MS)
    return () => {
      clearTimeout(first)
      clearInterval(timer)
    }
  }, [refresh])
  return { house, problem, refresh }
}
