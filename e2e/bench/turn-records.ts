import type { TurnRecord } from '../../shared/domain/metrics.ts'
import { MetricsFiles } from '../../electron/core/metrics/metrics-files.ts'
import type { TurnStore } from '../../electron/core/metrics/turn-store.ts'
import { Chance } from './chance.ts'

export type MadeTurns = {
  turns: number
  /** They end evenly over so many days up to `now`. */
  days: number
  now: number
  seed?: number
}

/** Made-up turns, the same for the same seed: a dozen instances, eight folders, three models and one without a price. */
export function* turnRecords({ turns, days, now, seed = 5 }: MadeTurns): Generator<TurnRecord> {
  const chance = new Chance(seed)
  const span = days * 86_400_000
  for (let number = 0; number < turns; number += 1) {
    yield recordOf(number, new Date(now - span + Math.floor((number / turns) * span)).toISOString(), chance)
  }
}

/** Writes them where the app keeps its figures, as if it had recorded them all. */
export function writeTurns(folder: string, made: MadeTurns): TurnStore {
  const files = new MetricsFiles(folder)
  files.open()
  const store = files.newStore()
  for (const record of turnRecords(made)) store.put(record, { again: false })
  store.roll(made.now)
  files.save(store, new Map(), null)
  return store
}

const origins = ['warm', 'warm', 'warm', 'warm', 'warm', 'spare', 'spare', 'resumed', 'cold'] as const
const startMs = { warm: 2, spare: 70, resumed: 320, cold: 420 }
const models = ['claude-opus-5-5', 'claude-opus-5-5', 'claude-sonnet-5', 'claude-haiku-5', 'somebody-elses-model']
const failures = ['LIMIT_REACHED', 'CLAUDE_EXITED', 'NOT_LOGGED_IN']
const turnsPerConversation = 40

function recordOf(number: number, at: string, chance: Chance): TurnRecord {
  const origin = chance.pick(origins)
  const model = chance.pick(models)
  const failed = chance.below(100) === 0
  const tokens = 12_000 + (number % turnsPerConversation) * 900
  const rewrote = chance.below(40) === 0
  return {
    id: idOf('turn', number),
    at,
    history: 'bullpen',
    conversationId: idOf('conv', Math.floor(number / turnsPerConversation)),
    sessionId: null,
    instanceId: idOf('inst', chance.below(12)),
    folder: `/home/tester/work/project-${chance.below(8)}`,
    model,
    source: null,
    target: null,
    strategy: 'affinity',
    affinityHit: chance.below(5) > 0,
    origin,
    outcome: failed ? 'failed' : 'done',
    error: failed ? chance.pick(failures) : null,
    phases: phasesOf(origin, chance),
    usage: { input: 10, output: chance.skewed(400, 1, 20_000), cacheRead: rewrote ? 0 : tokens, cacheWrite: rewrote ? tokens : 900 },
    costUsd: model === 'somebody-elses-model' ? null : chance.skewed(300, 1, 50_000) / 10_000,
    retries: chance.below(100) === 0 ? 1 : 0,
    stalls: chance.below(500) === 0 ? 1 : 0,
    rewritten: rewrote ? tokens : 0,
  }
}

function phasesOf(origin: keyof typeof startMs, chance: Chance): TurnRecord['phases'] {
  const waited = chance.skewed(4, 1, 60_000)
  const started = chance.skewed(startMs[origin], 0.3, 30_000)
  const model = chance.skewed(550, 0.5, 60_000)
  const answered = chance.skewed(6_000, 0.9, 600_000)
  const tools = Math.floor(answered * 0.3 * chance.next())
  const approvalWait = chance.below(8) === 0 ? Math.floor(answered * 0.4 * chance.next()) : 0
  return {
    waited,
    allocated: chance.next(),
    started,
    model,
    answered,
    tools,
    approvalWait,
    firstToken: waited + started + model,
    response: started + model,
    total: waited + started + model + answered,
  }
}

function idOf(prefix: string, number: number): string {
  return `${prefix}_${number.toString(16).padStart(24, '0')}`
}
