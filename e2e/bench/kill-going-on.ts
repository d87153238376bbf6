import type { Instance } from '../../shared/domain/instance.ts'
import type { Task } from '../../shared/domain/task.ts'
import type { App } from '../support/app.ts'
import type { Piece } from './kill-promises.ts'

/** Work goes on by itself within this. */
export const wantedMs = 5_000
const giveUpMs = 30_000

type State = { instances: ReadonlyMap<string, Instance>; open: ReadonlyMap<string, Task> }

/**
 * After a restart each piece of work begins, ends, or shows a reason to wait that is true. Answers how long each took, in
 * milliseconds since the app listened.
 */
export async function goneOn(app: App, pieces: readonly Piece[], listening: number, report: (fault: string) => void): Promise<number[]> {
  let left = pieces.filter(({ ids }) => ids !== null)
  const times: number[] = []
  for (;;) {
    const state = await stateOf(app)
    const ms = performance.now() - listening
    const still = left.filter((piece) => !hasGoneOn(piece, state))
    times.push(...left.slice(still.length).map(() => ms))
    left = still
    if (left.length === 0 || ms > giveUpMs) break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const { open, instances } = await stateOf(app)
  for (const { text, ids } of left) {
    const task = ids ? open.get(ids.taskId) : undefined
    const { name = 'nobody', state = '' } = instances.get(task?.instanceId ?? '') ?? {}
    report(
      `${giveUpMs / 1000} s after the restart “${text}” is ${task?.state ?? 'gone'} at ${name} (${state}): ${task?.waitingFor ?? 'no reason'}`,
    )
  }
  return [...times, ...left.map(() => giveUpMs)]
}

async function stateOf(app: App): Promise<State> {
  // Who waits is asked before whom it waits for: what has begun in between is seen as that.
  const tasks = await app.api.tasks('?limit=1000')
  const instances = await app.api.instances()
  return { instances: new Map(instances.map((one) => [one.id, one])), open: new Map(tasks.map((task) => [task.id, task])) }
}

function hasGoneOn({ ids }: Piece, state: State): boolean {
  const task = ids ? state.open.get(ids.taskId) : undefined
  // What is not open has ended: how, is looked at later. What runs has begun since the restart.
  if (task?.state !== 'waiting') return true
  return reasons.some(({ words, holds }) => {
    const match = words.exec(task.waitingFor ?? '')
    const name = match?.groups?.['name']
    const instance = [...state.instances.values()].find((one) => (name === undefined ? one.id === task.instanceId : one.name === name))
    return match !== null && holds(instance ?? null, state)
  })
}

/** The reasons that work may show here, and when each is true of the instance that it names, or waits for. */
const reasons: { words: RegExp; holds: (instance: Instance | null, state: State) => boolean }[] = [
  { words: /^Waits for the running turn\.$/, holds: (instance, { open }) => instance !== null && runs(instance, open) },
  { words: / is on hold; press Resume\.$/, holds: (instance) => instance?.pause === 'hold' },
  { words: /still running in another conversation/, holds: (instance) => (instance?.background.length ?? 0) > 0 },
  { words: /^(?<name>.+) to be free$/, holds: (instance, { open }) => instance !== null && isTaken(instance, open) },
  { words: / to end in (?<name>.+)$/, holds: (instance) => (instance?.background.length ?? 0) > 0 },
  { words: /^A free instance$/, holds: (_, { instances, open }) => [...instances.values()].every((one) => isTaken(one, open)) },
]

function runs({ id, state }: Instance, open: State['open']): boolean {
  return state === 'busy' || [...open.values()].some((task) => task.instanceId === id && task.state === 'running')
}

function isTaken({ id, state, pause, background }: Instance, open: State['open']): boolean {
  if (state === 'busy' || state === 'starting' || pause === 'hold' || background.length > 0) return true
  return [...open.values()].some((task) => task.instanceId === id)
}
