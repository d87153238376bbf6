import { z } from 'zod'
import { create } from 'zustand'
import { effortSchema } from '../../shared/domain/claude-info.ts'
import { permissionModeSchema } from '../../shared/domain/instance.ts'
import type { LivePatch } from '../../shared/domain/live.ts'
import { usePool } from './pool-store.ts'
import { recall, remember } from './page-memory.ts'

/** The instance for a conversation that has not begun: one of them, or `pool`: Bullpen picks one at the first message. */
const chosenSchema = z.object({
  instanceId: z.string().nullable(),
  model: z.string().nullable().optional(),
  effort: effortSchema.nullable().optional(),
  fastMode: z.boolean().nullable().optional(),
  permissionMode: permissionModeSchema.nullable().optional(),
})
export type NewConversation = z.infer<typeof chosenSchema>

/** Stands for letting Bullpen pick. */
export const anyInstance = 'pool'

const key = 'new-conversation'

/** What was chosen for the next conversation; nothing of it exists before its first message. */
export const useNewConversation = create<NewConversation>(() => recall(key, chosenSchema) ?? { instanceId: null })

/** Chooses the instance, or `anyInstance`; what was chosen for another one's models is put back. */
export function chooseInstance(instanceId: string | null): void {
  if (useNewConversation.getState().instanceId === instanceId) return
  set({ instanceId })
}

/** Chooses what it works with. */
export function chooseLive(patch: LivePatch): void {
  set({ ...useNewConversation.getState(), ...patch })
}

/** It has begun: the next one is as its instance is set. */
export function forgetLive(): void {
  set({ instanceId: useNewConversation.getState().instanceId })
}

/** The instance that it is for: the chosen one while that is there, else the one used last; null: Bullpen picks, or there is none. */
export function useChosenInstance(): string | null {
  const chosen = useNewConversation((state) => state.instanceId)
  return usePool(({ instances }) => {
    if (chosen === anyInstance && instances.size > 1) return null
    if (chosen !== null && instances.has(chosen)) return chosen
    const byUse = [...instances.values()].toSorted((a, b) => (b.lastUsedAt ?? b.createdAt).localeCompare(a.lastUsedAt ?? a.createdAt))
    return byUse[0]?.id ?? null
  })
}

function set(next: NewConversation): void {
  useNewConversation.setState(next, true)
  remember(key, next)
}
