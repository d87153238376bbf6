import { create } from 'zustand'
import type { PoolEvent } from '../../shared/domain/event.ts'
import type { Trigger } from '../../shared/domain/trigger.ts'
import { client } from '../connection/connection.ts'
import { errorWords } from '../words/error-words.ts'

type TriggersState = {
  /** By id, the oldest first; null until they were read. */
  triggers: ReadonlyMap<string, Trigger> | null
  /** Why they could not be read. */
  problem: string | null
}

/** Triggers: read where they are shown first, and kept as the core says from then on. */
export const useTriggers = create<TriggersState>(() => ({ triggers: null, problem: null }))

let reading: Promise<void> | null = null
let changedMeanwhile = false

/** Reads them from the core; what goes wrong is in the store. */
export function loadTriggers(): Promise<void> {
  reading ??= readAll().finally(() => {
    reading = null
  })
  return reading
}

/** To be called with every event of the pool. */
export function triggersChanged(event: PoolEvent): void {
  if (event.type !== 'sync' && event.type !== 'trigger' && event.type !== 'trigger-removed') return
  if (reading !== null) changedMeanwhile = true
  const { triggers } = useTriggers.getState()
  if (triggers === null) return
  if (event.type === 'sync') void loadTriggers()
  if (event.type === 'trigger') showTrigger(event.trigger)
  if (event.type === 'trigger-removed') hideTrigger(event.id)
}

/** What a call answered is shown at once; its event comes a moment later. */
export function showTrigger(trigger: Trigger): void {
  useTriggers.setState(({ triggers }) => ({ triggers: new Map(triggers).set(trigger.id, trigger) }))
}

/** It is gone. */
export function hideTrigger(id: string): void {
  useTriggers.setState(({ triggers }) => {
    const next = new Map(triggers)
    next.delete(id)
    return { triggers: next }
  })
}

async function readAll(): Promise<void> {
  try {
    do {
      changedMeanwhile = false
      const { items } = await client.triggers.list()
      useTriggers.setState({ triggers: new Map(items.map((trigger) => [trigger.id, trigger])), problem: null })
      // An event that came before the answer may be newer than it.
    } while (changedMeanwhile)
  } catch (thrown) {
    useTriggers.setState({ problem: errorWords(thrown) })
  }
}
