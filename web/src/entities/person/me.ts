import { useSuspenseQuery } from '@tanstack/react-query'
import { meOptions } from '@/api/generated/@tanstack/react-query.gen.ts'
import type { MeBody, Role } from '@/api/generated/types.gen.ts'

/** Who is signed in. Only below the signed-in layout, which loads it first. */
export function useMe(): MeBody {
  return useSuspenseQuery({ ...meOptions(), staleTime: Number.POSITIVE_INFINITY }).data
}

export const RANK: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 }

/** Whether the one signed in may do what needs `role`. */
export function useMay(role: Role): boolean {
  const me = useMe()
  return me.role !== null && RANK[me.role] >= RANK[role]
}
