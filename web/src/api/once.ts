import { newKey } from '@/lib/key.ts'

/** For a write: sent twice by a shaky line, it is done once; what did not work is thrown. */
export function once() {
  return { headers: { 'Idempotency-Key': newKey() }, throwOnError: true as const }
}
