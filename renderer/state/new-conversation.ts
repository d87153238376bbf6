import { z } from 'zod'
import { useState } from 'react'
import { create } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import { effortSchema } from '../../shared/domain/claude-info.ts'
import { permissionModeSchema, type Instance } from '../../shared/domain/instance.ts'
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
export type LiveChoice = Omit<NewConversation, 'instanceId'>

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

/** Chooses what it works with, and with that the instance whose models and modes these are. */
export function chooseLive(instanceId: string, patch: LivePatch): void {
  chooseInstance(instanceId)
  set({ ...useNewConversation.getState(), ...patch })
}

/** What was chosen for a conversation with this instance; nothing where another one is chosen. */
export function useLiveFor(instanceId: string | null): LiveChoice {
  return useNewConversation(useShallow((state) => liveOf(state, instanceId)))
}

/** The same, as it is now, without what was not chosen: what the conversation is to be begun with. */
export function livePatchFor(instanceId: string | null): LivePatch {
  const { model, effort, fastMode, permissionMode } = liveOf(useNewConversation.getState(), instanceId)
  return {
    ...(model ? { model } : {}),
    ...(effort ? { effort } : {}),
    ...(fastMode ? { fastMode } : {}),
    ...(permissionMode ? { permissionMode } : {}),
  }
}

function liveOf({ instanceId, ...live }: NewConversation, wanted: string | null): LiveChoice {
  return instanceId === wanted ? live : {}
}

/** It has begun: the next one is as its instance is set. */
export function forgetLive(): void {
  set({ instanceId: useNewConversation.getState().instanceId })
}

/**
 * The instance that it is for: the chosen one while that is there, else the one used last; null: Bullpen picks, or there is none. What is shown
 * stays while the page of it is open: another instance that is used meanwhile must not get what is being written.
 */
export function useChosenInstance(): string | null {
  const chosen = useNewConversation((state) => state.instanceId)
  const isThere = usePool(({ instances }) => chosen !== null && instances.has(chosen))
  const isAny = usePool(({ instances }) => chosen === anyInstance && instances.size > 1)
  const [settled, settle] = useState<string | null>(null)
  const last = usePool(({ instances }) => (settled !== null && instances.has(settled) ? settled : usedLast(instances.values())))
  if (isAny) return null
  if (isThere) return chosen
  if (last !== settled) settle(last)
  return last
}

function usedLast(instances: Iterable<Instance>): string | null {
  const byUse = [...instances].toSorted((a, b) => (b.lastUsedAt ?? b.createdAt).localeCompare(a.lastUsedAt ?? a.createdAt))
  return byUse[0]?.id ?? null
}

function set(next: NewConversation): void {
  useNewConversation.setState(next, true)
  remember(key, next)
}
