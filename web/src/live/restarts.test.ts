import { expect, test, vi } from 'vitest'
import { Restarts } from './restarts.ts'

test('a line that broke is no restart, another epoch is', () => {
  const restarts = new Restarts()
  const listener = vi.fn<() => void>()
  const stop = restarts.listen(listener)
  restarts.seen(1)
  restarts.seen(1)
  expect(listener).not.toHaveBeenCalled()
  restarts.seen(2)
  expect(listener).toHaveBeenCalledTimes(1)
  stop()
  restarts.seen(3)
  expect(listener).toHaveBeenCalledTimes(1)
})
