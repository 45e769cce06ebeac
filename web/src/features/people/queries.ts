import { useMutation, useQueryClient } from '@tanstack/react-query'
import { listTokensQueryKey, listUsersQueryKey } from '@/api/generated/@tanstack/react-query.gen.ts'
import { addToken, addUser, changeUser, removeToken, removeUser } from '@/api/generated/sdk.gen.ts'
import type { TokenAdd, UserAdd, UserPatch } from '@/api/generated/types.gen.ts'
import { once } from '@/api/once.ts'

function useAfter(queryKey: readonly unknown[]) {
  const cache = useQueryClient()
  return () => cache.invalidateQueries({ queryKey })
}

export function useAddUser() {
  return useMutation({
    mutationFn: async (body: UserAdd) => (await addUser({ body, ...once() })).data,
    onSuccess: useAfter(listUsersQueryKey()),
  })
}

export function useChangeUser(id: number) {
  return useMutation({
    mutationFn: async (body: UserPatch) => (await changeUser({ path: { id }, body, ...once() })).data,
    onSuccess: useAfter(listUsersQueryKey()),
  })
}

export function useRemoveUser(id: number) {
  return useMutation({
    mutationFn: () => removeUser({ path: { id }, ...once() }),
    onSuccess: useAfter(listUsersQueryKey()),
  })
}

export function useAddToken() {
  return useMutation({
    mutationFn: async (body: TokenAdd) => (await addToken({ body, ...once() })).data,
    onSuccess: useAfter(listTokensQueryKey()),
  })
}

export function useRemoveToken(id: number) {
  return useMutation({
    mutationFn: () => removeToken({ path: { id }, ...once() }),
    onSuccess: useAfter(listTokensQueryKey()),
  })
}
