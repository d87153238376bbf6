import fc from 'fast-check'
import type { PoolHistory } from './pool-history.ts'

/** What happens next, to whom, and a number for whatever has one. */
export type Step = { kind: StepKind; who: number; value: number }
type StepKind = keyof typeof actions

type Action = (history: PoolHistory, which: { who: number; value: number }) => unknown

const limitSeconds = 300
const memoryLimits = [null, 120, 230, 340] as const
const clockSeconds = [2, 8, 35, 65, 130, 310] as const

/** All that people, programs, processes and time do to a pool. */
const actions = {
  message: (history, { who, value }) => {
    const conversationId = pick(history.model.conversations, who)
    return conversationId && history.hand((text) => send(history, conversationId, text, value))
  },
  'message of nobody': async (history, { value }) => {
    const { id } = await history.conversations.create({})
    history.model.conversations.push(id)
    await history.hand((text) => send(history, id, text, value))
  },
  task: (history, { who, value }) =>
    history.hand((text) => history.pool.tasks.submit({ text, priority: value, retries: who, retryDelaySeconds: 1 }), who),
  'task for one': (history, { who, value }) => {
    const instanceId = instance(history, who)
    const retries = value % 3
    return (
      instanceId &&
      history.hand((text) => history.pool.tasks.submit({ text, priority: value, retries, retryDelaySeconds: 1, instanceId }), retries)
    )
  },
  'task with a deadline': (history, { value }) =>
    history.hand(
      (text) => history.pool.tasks.submit({ text, priority: value, retries: 1, retryDelaySeconds: 30, deadlineSeconds: 10 + value * 10 }),
      1,
    ),
  batch: (history, { who, value }) =>
    history.handAll(2 + who, (texts) => history.pool.tasks.submitBatch({ texts, priority: value, retries: 0, retryDelaySeconds: 1 })),
  ask: (history, { who, value }) => history.ask(value, who === 0 ? 30 : undefined),
  'hang up': (history, { value }) => {
    const ask = pick(history.model.waitingAsks(), value)
    if (!ask) return
    ask.controller.abort()
    history.model.accepted.delete(ask.text)
  },
  finish: (history, { value }) => pick(history.world.open, value)?.process.end(),
  fail: (history, { value }) => pick(history.world.open, value)?.process.end('overloaded'),
  refuse: (history, { value }) => pick(history.world.open, value)?.process.end('refused'),
  limit: (history, { value }) =>
    pick(history.world.open, value)?.process.end('limit', new Date(Date.now() + limitSeconds * 1_000).toISOString()),
  'limits end': (history) => {
    history.world.limitedUntil = null
    history.pool.tasks.queue.tryNow()
  },
  crash: (history, { value }) => pick([...history.world.processes], value)?.crash(),
  interrupt: (history, { who }) => on(history, who, (id) => history.pool.instances.interrupt(id)),
  hold: (history, { who }) => on(history, who, (id) => history.pool.instances.pause(id, 'hold')),
  park: (history, { who }) => on(history, who, (id) => history.rest(id, history.pool.instances.pause(id, 'park'))),
  freeze: (history, { who }) => on(history, who, (id) => history.rest(id, history.pool.instances.pause(id, 'freeze'))),
  stop: (history, { who }) => on(history, who, (id) => history.rest(id, history.pool.instances.stop(id))),
  start: (history, { who }) => on(history, who, (id) => history.goOn(id, history.pool.instances.start(id))),
  resume: (history, { who }) => on(history, who, (id) => history.goOn(id, history.pool.instances.resume(id))),
  restart: (history, { who }) => on(history, who, (id) => history.goOn(id, history.pool.instances.restart(id))),
  make: (history, { value }) => history.make(value % 2 === 0),
  remove: (history, { who }) => on(history, who, (id) => history.pool.instances.remove(id)),
  pause: (history, { value }) => history.pool.policies.update({ paused: value % 2 === 0 }),
  concurrency: (history, { value }) => history.pool.policies.update({ concurrency: value === 0 ? null : value }),
  rate: (history, { value }) => history.pool.policies.update({ rateLimit: value < 2 ? null : value * 2 }),
  memory: (history, { value }) => history.pool.policies.update({ memoryLimitMb: pick(memoryLimits, value) ?? null }),
  most: (history, { value }) => history.pool.policies.update({ max: 1 + value }),
  'idle time': (history, { value }) => history.pool.policies.update({ idleTimeoutSeconds: value % 2 === 0 ? null : 30 }),
  'time to live': (history, { value }) => history.pool.policies.update({ ttlSeconds: value % 2 === 0 ? null : 60 }),
  budget: (history, { value }) => {
    history.world.budget = value % 2 === 0 ? 'The budget is used up.' : null
    history.pool.goOn()
  },
  claude: (history, { value }) => (history.world.installed = value % 3 !== 0),
  withdraw: async (history, { value }) => {
    const task = pick(waiting(history), value)
    if (!task) return
    await history.pool.tasks.cancel(task.id)
    history.model.accepted.delete(task.text)
  },
  'end early': (history, { value }) => {
    const task = pick(history.pool.tasks.list({}), value)
    if (task?.state === 'running') return history.pool.tasks.cancel(task.id)
  },
  'other priority': (history, { who, value }) => {
    const task = pick(waiting(history), who)
    return task && history.pool.tasks.update(task.id, { priority: value })
  },
  'other text': (history, { value }) => {
    const task = pick(waiting(history), value)
    return task && history.rewrite(task.id, task.text)
  },
  'other instance': (history, { who, value }) => {
    const task = pick(waiting(history), value)
    return task?.kind === 'queue' && history.pool.tasks.update(task.id, { instanceId: instance(history, who) ?? null })
  },
  clock: (history, { value }) => history.pass(pick(clockSeconds, value) ?? 1),
  kill: (history) => history.again(false),
  quit: (history) => history.again(true),
} satisfies Record<string, Action>

const kinds = [...Object.keys(actions).filter(isKind), 'message', 'message', 'task', 'ask', 'finish', 'finish', 'clock'] as const

export const stepArbitrary: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...kinds.filter(isKind)),
  who: fc.nat(2),
  value: fc.nat(5),
})

export function act(history: PoolHistory, { kind, ...which }: Step): Promise<void> {
  const action: Action = actions[kind]
  return history.attempt(() => action(history, which))
}

function isKind(name: string): name is StepKind {
  return name in actions
}

/** One of them, or none where there are none. */
function pick<T>(all: readonly T[], at: number): T | undefined {
  return all[at % Math.max(1, all.length)]
}

function instance(history: PoolHistory, who: number): string | undefined {
  return pick(history.pool.instances.list(), who)?.id
}

function on<T>(history: PoolHistory, who: number, doing: (id: string) => Promise<T>): Promise<T> | undefined {
  const id = instance(history, who)
  return id === undefined ? undefined : doing(id)
}

async function send(history: PoolHistory, conversationId: string, text: string, priority: number): Promise<void> {
  await history.pool.send(conversationId, { text, priority })
  const { instanceId } = history.conversations.get(conversationId)
  // One that is frozen rests once it has been parked for it, whatever came meanwhile.
  if (instanceId !== null && history.pool.instances.get(instanceId).pause !== 'freeze') history.model.rested.delete(instanceId)
}

function waiting(history: PoolHistory) {
  return history.pool.tasks.list({}).filter(({ state }) => state === 'waiting')
}
