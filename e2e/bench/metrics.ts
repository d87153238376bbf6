import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { phases, type Phase, type TurnRecord } from '../../shared/domain/metrics.ts'
import type { Turn } from '../../shared/domain/turn.ts'
import { ConversationStore } from '../../electron/core/conversations/conversation-store.ts'
import { MetricsFiles } from '../../electron/core/metrics/metrics-files.ts'
import { RollUp } from '../../electron/core/metrics/roll-up.ts'
import { openMetrics } from '../../electron/core/metrics/open-metrics.ts'
import { TurnEngine } from '../../electron/core/metrics/turn-engine.ts'
import { recordOf } from '../../electron/core/metrics/turn-row.ts'
import type { TurnStore } from '../../electron/core/metrics/turn-store.ts'
import { numberFrom, quantile, round, spread, type Bench, type Figure } from './figure.ts'
import { storeWatch } from '../support/store-watch.ts'
import { placeOf, turnHistory, writeTurnHistory } from './metrics-history.ts'

const dayMs = 86_400_000
const maxQueryMs = 100
const maxRecordMs = 1
const maxBytes = 100 * 1_048_576

/** Figures about figures: whether they are right, what they cost to take, to keep and to ask for. */
export const metrics: Bench = async (note) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bullpen-bench-metrics-'))
  const now = Date.now()
  try {
    return [
      rollUps(folder, now),
      await recording(path.join(folder, 'recording'), now),
      ...queries(folder, now, note),
      await rebuilt(path.join(folder, 'rebuilt'), now),
      ...tenYears(path.join(folder, 'years'), now, note),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function rollUps(folder: string, now: number): Figure {
  const turns = numberFrom('BENCH_ROLLED_TURNS', 100_000)
  const records = [...turnHistory({ turns, conversations: turns / 50, from: now - 700 * dayMs, to: now })].map(toRecord)
  const store = new MetricsFiles(path.join(folder, 'rolled')).newStore()
  for (const record of records) store.put(record, { again: false })
  store.roll(now)
  const { totals } = new TurnEngine(store).summary({ ...range(0, now + dayMs), groups: 1 }, now)
  const sums = records.reduce(
    (sum, { usage, costUsd }) => {
      return { input: sum.input + usage.input, output: sum.output + usage.output, nano: sum.nano + Math.round((costUsd ?? 0) * 1e9) }
    },
    { input: 0, output: 0, nano: 0 },
  )
  const equal =
    totals.turns === turns &&
    totals.usage.input === sums.input &&
    totals.usage.output === sums.output &&
    Math.round(totals.costUsd * 1e9) === sums.nano &&
    totals.costUnknown === records.filter(({ costUsd }) => costUsd === null).length
  const worst = Math.max(...phases.flatMap((phase) => deviations(records, phase, totals.phases[phase])))
  return {
    name: `roll-up against exact, ${turns} turns`,
    measured: `counts and sums ${equal ? 'equal' : 'DIFFER'}; quantiles off by at most ${(worst * 100).toFixed(2)}%`,
    wanted: 'equal; within 1%',
    ok: equal && worst <= 0.01,
    grave: !equal,
  }
}

function deviations(
  records: readonly TurnRecord[],
  phase: Phase,
  found: Record<'p50' | 'p95' | 'p99', number | null> | undefined,
): number[] {
  const times = records.flatMap((record) => record.phases[phase] ?? []).toSorted((a, b) => a - b)
  const at = (share: number) => times[Math.ceil(share * times.length) - 1] ?? 0
  const pairs = [
    [at(0.5), found?.p50],
    [at(0.95), found?.p95],
    [at(0.99), found?.p99],
  ] as const
  return pairs.map(([exact, rough]) => (exact === 0 ? (rough ?? 0) : Math.abs((rough ?? 0) - exact) / exact))
}

async function recording(home: string, now: number): Promise<Figure> {
  const log = pino({ level: 'silent' })
  const conversations = await ConversationStore.open({ folder: home, onChange: () => {}, log })
  const look = () => ({ queued: 0, spares: 0, instances: [] })
  const opened = await openMetrics({
    home,
    watch: storeWatch(home),
    conversations,
    look,
    log,
    version: 'bench',
    instanceName: () => undefined,
    onNotice: () => {},
    onBudgets: () => {},
    scrapePort: () => null,
  })
  try {
    const conversation = await conversations.create({})
    const times: number[] = []
    for (const turn of turnHistory({ turns: 5_000, conversations: 10, from: now - dayMs, to: now })) {
      const began = performance.now()
      opened.metrics.turnEnded(conversation, turn)
      times.push(performance.now() - began)
      // As in life: one turn ends, then others have their turn.
      if (times.length % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await opened.metrics.state()
    const slow = quantile(times, 0.99)
    return {
      name: 'recording a turn, off the path of the first token',
      measured: `${spread(times, 'ms')}; 99% ${slow.toFixed(3)} ms`,
      wanted: `under ${maxRecordMs} ms at 99%`,
      ok: slow < maxRecordMs,
    }
  } finally {
    await opened.close()
    await conversations.close()
  }
}

function queries(folder: string, now: number, note: (text: string) => void): Figure[] {
  const turns = numberFrom('BENCH_METRICS_TURNS', 1_000_000)
  const store = new MetricsFiles(path.join(folder, 'million')).newStore()
  const began = performance.now()
  for (const turn of turnHistory({ turns, conversations: turns / 50, from: now - 29 * dayMs, to: now })) {
    store.put(toRecord(turn), { again: false })
  }
  note(`${turns} turns taken in ${round(performance.now() - began)} ms; ${Math.round(process.memoryUsage().rss / 1_048_576)} MB resident`)
  const engine = new TurnEngine(store)
  const all = { ...range(now - 30 * dayMs, now), groups: 8, points: 800, offsetMinutes: 0 }
  const some = { ...all, ...range(now - 20 * dayMs, now - 5 * dayMs) }
  const asked: [string, () => unknown][] = [
    ['summary', () => engine.summary(all, now)],
    ['series of 800 points', () => engine.series(all, now)],
    ['series, another range', () => engine.series(some, now)],
    ['series of one instance', () => engine.series({ ...all, instanceId: 'inst_000000000001' }, now)],
    ['series by instance', () => engine.series({ ...all, groupBy: 'instance' }, now)],
    ['distribution', () => engine.distribution({ ...all, phase: 'firstToken', points: 60 }, now)],
    ['summary by conversation', () => engine.summary({ ...all, groupBy: 'conversation', groups: 100 }, now)],
    ['the slowest turns', () => engine.turnsPage({ ...all, sort: 'slowest', limit: 100 }, now)],
  ]
  return asked.map(([name, ask]) => {
    const times = Array.from({ length: 9 }, () => {
      // Forgets what it remembers of the last question.
      store.version += 1
      const from = performance.now()
      ask()
      return performance.now() - from
    })
    return {
      name: `${turns} turns at the core: ${name}`,
      measured: `${spread(times, 'ms')}`,
      wanted: `under ${maxQueryMs} ms`,
      ok: quantile(times, 0.5) < maxQueryMs,
    }
  })
}

async function rebuilt(folder: string, now: number): Promise<Figure> {
  const turns = numberFrom('BENCH_REBUILT_TURNS', 20_000)
  const history = [...turnHistory({ turns, conversations: 400, from: now - 600 * dayMs, to: now })]
  const conversations = writeTurnHistory(path.join(folder, 'conversations'), history)
  const live = new RollUp(path.join(folder, 'metrics'), path.join(folder, 'spent.jsonl'))
  for (const turn of history) live.put(turn, placeOf(turn), String(turns))
  const before = JSON.stringify(answersOf(live, now))
  live.close()
  rmSync(path.join(folder, 'metrics'), { recursive: true, force: true })
  const anew = new RollUp(path.join(folder, 'metrics'), path.join(folder, 'spent.jsonl'))
  const began = performance.now()
  await anew.reconcile({ conversations, sessions: [] })
  const took = performance.now() - began
  const same = JSON.stringify(answersOf(anew, now)) === before
  anew.close()
  return {
    name: `metrics deleted and made again, ${turns} turns`,
    measured: `${same ? 'identical' : 'DIFFERENT'} answers, in ${round(took)} ms`,
    wanted: 'identical charts',
    ok: same,
    grave: !same,
  }
}

function answersOf(rollUp: RollUp, now: number): unknown {
  rollUp.tend(now)
  const all = { ...range(now - 700 * dayMs, now + dayMs), points: 500, groups: 10, offsetMinutes: 0 }
  return (['instance', 'model', 'origin', 'pair', 'outcome'] as const).map((groupBy) => [
    rollUp.engine.summary({ ...all, groupBy }, now),
    rollUp.engine.series({ ...all, groupBy, phases: [...phases] }, now),
    rollUp.engine.distribution({ ...all, groupBy, phase: 'total' }, now),
  ])
}

function tenYears(folder: string, now: number, note: (text: string) => void): Figure[] {
  const [years, perHour] = [numberFrom('BENCH_YEARS', 10), numberFrom('BENCH_TURNS_AN_HOUR', 50)]
  const turns = years * 365 * 24 * perHour
  const files = new MetricsFiles(folder)
  files.open()
  const store = files.newStore()
  const began = performance.now()
  for (const turn of turnHistory({ turns, conversations: Math.ceil(turns / 60), from: now - years * 365 * dayMs, to: now })) {
    store.put(toRecord(turn), { again: false })
    if (store.raw.size >= 100_000) store.roll(now)
  }
  store.roll(now)
  files.save(store, new Map(), null)
  note(`${turns} turns taken in ${round((performance.now() - began) / 1_000)} s`)
  const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0)
  const opening = performance.now()
  const kept = new MetricsFiles(folder).open()
  const openMs = performance.now() - opening
  if (!kept) throw new Error('What was saved cannot be read.')
  const times = askYears(kept.store, now, years)
  return [
    {
      name: `${years} years of ${perHour} turns an hour, day and night`,
      measured: `${round(bytes / 1_048_576)} MB for ${turns} turns`,
      wanted: `under ${maxBytes / 1_048_576} MB`,
      ok: bytes < maxBytes,
    },
    {
      name: `opening these, and a chart of all ${years} years`,
      measured: `${round(openMs)} ms; first ${round(times[0] ?? 0)} ms, then ${round(times[1] ?? 0)} ms`,
      wanted: '(none)',
      ok: true,
    },
  ]
}

function askYears(store: TurnStore, now: number, years: number): number[] {
  const engine = new TurnEngine(store)
  return [1, 2].map(() => {
    store.version += 1
    const from = performance.now()
    engine.series({ ...range(now - years * 365 * dayMs, now), points: 800, groups: 8, offsetMinutes: 0 }, now)
    return performance.now() - from
  })
}

function toRecord(turn: Turn): TurnRecord {
  return recordOf(turn, placeOf(turn), null)
}

function range(from: number, to: number): { from: string; to: string } {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
}
