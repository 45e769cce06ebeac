import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { ready } from '@/api/generated/sdk.gen.ts'
import type { RestoreBegun } from '@/api/generated/types.gen.ts'
import { asProblem, ProblemError, problemOf } from '@/api/problem.ts'

const ASK_EVERY_MS = 1_000

/** What is asked for: a file, or one of the backups that the manager keeps. */
export type Wanted = { file: File; code?: string } | { backupId: number }

/** How far it is. `reading`: the file is sent and looked through; `restoring`: the house is closed. */
export type RestoreStage = 'reading' | 'restoring'

/**
 * Replaces the house by the one of a backup, and waits until it is open again. All sessions end with it, so what comes
 * next is a page that is loaded anew.
 */
export function useRestore() {
  const [stage, setStage] = useState<RestoreStage>()
  const { mutate, data, error } = useMutation({
    mutationFn: async (wanted: Wanted): Promise<RestoreBegun> => {
      setStage('reading')
      const begun = await begin(wanted)
      setStage('restoring')
      await untilReady()
      return begun
    },
    onSettled: () => setStage(undefined),
  })
  return { restore: mutate, stage, begun: data, problem: error ? asProblem(error) : undefined }
}

/** By hand: the generated client knows the call with a number in it, and not the one whose body is a file. */
async function begin(wanted: Wanted): Promise<RestoreBegun> {
  const request =
    'file' in wanted
      ? {
          body: wanted.file,
          headers: {
            'Content-Type': 'application/octet-stream',
            'X-Restore': 'yes',
            ...(wanted.code === undefined ? {} : { 'X-Setup-Code': wanted.code }),
          },
        }
      : {
          body: JSON.stringify({ backup_id: wanted.backupId }),
          headers: { 'Content-Type': 'application/json' },
        }
  const response = await fetch(new URL('api/restore', document.baseURI), {
    ...request,
    method: 'POST',
    credentials: 'same-origin',
  })
  const body: unknown = await response.json().catch(() => undefined)
  if (!response.ok) {
    throw new ProblemError(problemOf(response.status, body))
  }
  return body as RestoreBegun
}

/** The house is closed from the moment in which the restore was accepted; it answers again when it is whole. */
async function untilReady(): Promise<void> {
  for (;;) {
    try {
      await ready({ throwOnError: true })
      return
    } catch {
      // Not yet, or nothing answers at all: both pass.
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
  }
}
