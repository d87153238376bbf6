import type { Instance } from '../../shared/domain/instance.ts'
import type { Task } from '../../shared/domain/task.ts'
import type { Pool } from '../../electron/core/pool/pool.ts'
import { reasonFault } from './pool-reasons.ts'
import { isFull, isLimited, isTooFast, mayStart, type Situation } from './pool-situation.ts'
import type { ScriptedWorld } from './scripted-claude.ts'

/** A question whose caller waits. */
export type Ask = { text: string; controller: AbortController; answer: string | null; refused: boolean }

/** What has to be true of a pool whatever happened to it, said as plainly as can be. */
export class PoolModel {
  /** What was handed in and not withdrawn. */
  readonly accepted = new Set<string>()
  /** How often something may be repeated; what is not in here: never. */
  readonly #retries = new Map<string, number>()
  readonly asks: Ask[] = []
  readonly conversations: string[] = []
  readonly rested = new Set<string>()
  readonly #world: ScriptedWorld

  constructor(world: ScriptedWorld) {
    this.#world = world
  }

  /** It was handed in, and may be repeated so often. */
  accept(text: string, retries: number): void {
    this.accepted.add(text)
    this.#retries.set(text, retries)
  }

  /** Another text took the place of one that waited. */
  rewritten(before: string, text: string): void {
    this.accept(text, this.#retries.get(before) ?? 0)
    this.accepted.delete(before)
    const ask = this.asks.find((one) => one.text === before)
    if (ask) ask.text = text
  }

  /** Nobody waits for an answer any more, and no usage limit is known. */
  appEnded(): void {
    for (const { text } of this.waitingAsks()) this.accepted.delete(text)
    this.asks.length = 0
    this.#world.limitedUntil = null
  }

  waitingAsks(): Ask[] {
    return this.asks.filter(({ answer, refused }) => answer === null && !refused)
  }

  /** All that may be wrong now; what is only on its way is right a little later. */
  faults(pool: Pool, ownerOf: Situation['ownerOf']): string[] {
    const open = pool.tasks.list({})
    const situation = {
      policy: pool.policies.policy,
      instances: pool.instances.list(),
      open,
      waiting: open.filter(({ state }) => state === 'waiting'),
      world: this.#world,
      rested: this.rested,
      ownerOf,
    }
    return [...this.twice(), ...stuck(situation), ...untrue(situation), ...this.#misjudged(pool.tasks.ended({})), ...this.#unheard(open)]
  }

  /** Nothing is sent more often than it may be: once, once more for each usage limit, and for failures that may pass as often as was said. */
  twice(): string[] {
    const times = new Map<string, number>()
    for (const text of this.#world.sent) times.set(text, (times.get(text) ?? 0) + 1)
    return [...times].flatMap(([text, count]) => {
      const endings = this.#world.endings.get(text) ?? []
      const passing = endings.filter((how) => how === 'overloaded' || how === 'lost').length
      const allowed = 1 + endings.filter((how) => how === 'limit').length + Math.min(this.#retries.get(text) ?? 0, passing)
      return count > allowed ? [`sent ${count} times: ${text}`] : []
    })
  }

  /** A task says of its end what its turn did. */
  #misjudged(ended: readonly Task[]): string[] {
    return ended.flatMap(({ text, state }) => {
      const isDone = this.#world.endings.get(text)?.at(-1) === 'done'
      return isDone === (state === 'done') ? [] : [`${text} is ${state}, and its turn ended ${this.#world.endings.get(text)?.join(', ')}`]
    })
  }

  /** Who asked hears of the end. */
  #unheard(open: readonly Task[]): string[] {
    return this.waitingAsks().flatMap(({ text, controller }) => {
      const task = open.find((one) => one.text === text)
      if (!task && this.#world.sent.includes(text)) return [`nobody told who asked ${text}`]
      return task?.state === 'waiting' && controller.signal.aborted ? [`whoever asked ${text} has gone, and it waits`] : []
    })
  }
}

/** Whatever could go does go. */
function stuck(situation: Situation): string[] {
  const { policy, world, instances, waiting } = situation
  if (policy.paused || world.budget !== null || !world.installed || isLimited(world)) return []
  if (isFull(situation) || isTooFast(situation)) return []
  const free = instances.filter((one) => isFree(one) && (one.process !== null || mayStart(situation)))
  return waiting.flatMap((task) => {
    if (task.nextAttemptAt !== null && Date.parse(task.nextAttemptAt) > Date.now()) return []
    const taker = free.find((one) => mayTake(one, task, situation))
    if (taker) return [`stuck: ${task.kind} “${task.text}” (${task.waitingFor}) while ${taker.name} is ${taker.state}`]
    return mayGrow(situation, task) ? [`stuck: “${task.text}” (${task.waitingFor}) while another instance may be made`] : []
  })
}

/** What is shown is so. */
function untrue(situation: Situation): string[] {
  const { open, waiting, world, instances } = situation
  const running = world.open.map(({ text }) => text)
  const shown = open.filter(({ state }) => state === 'running').map(({ text }) => text)
  return [
    ...shown.filter((text) => !running.includes(text)).map((text) => `shown as running, and is not: ${text}`),
    ...running.filter((text) => !shown.includes(text)).map((text) => `runs, and is not shown: ${text}`),
    ...waiting.filter(({ text }) => running.includes(text)).map(({ text }) => `shown as waiting, and runs: ${text}`),
    ...waiting.flatMap((task) => reasonFault(task, situation) ?? []),
    ...waiting.filter(isOverdue).map(({ text }) => `its time is up, and it waits: ${text}`),
    ...instances.flatMap((one) => miscounted(one, situation)),
  ]
}

function miscounted({ id, name, queued, state, activity }: Instance, { waiting }: Situation): string[] {
  const mine = waiting.filter((task) => task.kind === 'message' && task.instanceId === id).length
  const mayWork = state === 'busy' || state === 'starting' || state === 'paused' || state === 'failed'
  return [
    ...(mine === queued ? [] : [`${name} counts ${queued} waiting messages of ${mine}`]),
    ...(activity !== null && !mayWork ? [`${name} works and is ${state}`] : []),
  ]
}

function isOverdue({ deadline }: Task): boolean {
  return deadline !== null && Date.parse(deadline) + 50 < Date.now()
}

/** It does nothing, and what it has to do begins without the user doing something there. */
function isFree({ state, pause }: Instance): boolean {
  return state === 'idle' || state === 'stopped' || (state === 'paused' && pause === 'park')
}

function mayTake(one: Instance, task: Task, { rested, ownerOf }: Situation): boolean {
  if (task.kind === 'message') return one.id === task.instanceId && !rested.has(one.id)
  // What was begun in a conversation goes on in it.
  const only = task.instanceId ?? (task.conversationId === null ? null : ownerOf(task.conversationId))
  return one.queued === 0 && (only ?? one.id) === one.id
}

/** The pool may make one more for it, like one that has not failed. */
function mayGrow(situation: Situation, task: Task): boolean {
  const { policy, instances } = situation
  const isAnybodys = task.kind === 'queue' && task.instanceId === null && task.conversationId === null
  const mayMake = instances.length > 0 && instances.length < (policy.max ?? 100)
  return isAnybodys && mayMake && mayStart(situation) && instances.every(({ state }) => state !== 'failed' && state !== 'starting')
}
