import { create } from 'zustand'
import type { ModelInfo } from '../../shared/domain/claude-info.ts'
import { client } from '../connection/connection.ts'

type ModelsState = { byInstance: ReadonlyMap<string, readonly ModelInfo[]> }

/** The models that each instance's account has, as the core listed them last. */
export const useModels = create<ModelsState>(() => ({ byInstance: new Map() }))

const none: readonly ModelInfo[] = []
const asked = new Set<string>()

/** Those of an instance; empty while they are not known. */
export function useModelsOf(instanceId: string | null): readonly ModelInfo[] {
  return useModels((state) => (instanceId === null ? none : (state.byInstance.get(instanceId) ?? none)))
}

/** Whether every account whose models are known has a model without the mode `auto`; `''`: the default one. */
export function useLacksAuto(model: string): boolean {
  return useModels(({ byInstance }) => {
    const wanted = model.trim() || 'default'
    const known = [...byInstance.values()].flatMap((models) =>
      models.filter((one) => one.value === wanted || one.resolvedModel === wanted).slice(0, 1),
    )
    return known.length > 0 && known.every(({ autoMode }) => !autoMode)
  })
}

/** Asks for them anew. `start`: starts its process where that is the only way to know. Rejects with what the user should read. */
export async function loadModels(instanceId: string, { start }: { start: boolean }): Promise<void> {
  if (asked.has(instanceId)) return
  asked.add(instanceId)
  try {
    const { items } = await client.instances.models({ id: instanceId, start })
    const { byInstance } = useModels.getState()
    if (items.length > 0) useModels.setState({ byInstance: new Map(byInstance).set(instanceId, items) })
    else if (!start) asked.delete(instanceId)
  } finally {
    asked.delete(instanceId)
  }
}
