import { answerSchema } from '../../shared/domain/pool.ts'
import type { Turn } from '../../shared/domain/turn.ts'
import type { App } from '../support/app.ts'
import { numberFrom, round, type Bench } from './figure.ts'
import { instancesOf, startScripted } from './scripted.ts'

const pairs = 20
const instances = 6
/** Callers at the same time: more than there are instances, so that work waits. */
const callers = 24

type Asked = { pair: number; instanceId: string; turn: Turn }

/** Asks of many source → target pairs at once: do they land where their context is, and does anybody stand idle meanwhile? */
export const affinity: Bench = async (note) => {
  const asks = numberFrom('BENCH_ASKS', 500)
  const app = await startScripted()
  try {
    await app.api.raw('PATCH', '/pool', { strategy: 'affinity', max: instances })
    await instancesOf(
      app,
      Array.from({ length: instances }, () => 150),
    )
    const asked = await askAll(app, asks)
    const done = asked.filter(({ turn }) => turn.outcome === 'done').length
    const hits = hitsOf(asked)
    const busy = busyShare(asked)
    note(`${done} of ${asks} done, ${hits.moved} pairs moved, ${round(busy * 100)}% busy while work waited`)
    return [
      {
        name: `${asks} asks, ${pairs} pairs, ${instances} instances: affinity`,
        measured: `${round(hits.share * 100)}% where the context is`,
        wanted: '95%',
        ok: hits.share >= 0.95,
      },
      {
        name: 'instances busy while work waits',
        measured: `${round(busy * 100)}%`,
        wanted: '90%',
        ok: busy >= 0.9,
      },
    ]
  } finally {
    await app.dispose()
  }
}

async function askAll(app: App, count: number): Promise<Asked[]> {
  const asked: Asked[] = []
  let next = 0
  const caller = async (): Promise<void> => {
    while (next < count) {
      const index = next
      next += 1
      const pair = (index * 7 + Math.floor(index / pairs)) % pairs
      const body = { text: `Ask ${index}`, source: `source ${pair % 5}`, target: `target ${pair}` }
      const { instanceId, turn } = await app.api.call(answerSchema, 'POST', '/ask', body)
      asked.push({ pair, instanceId, turn })
    }
  }
  await Promise.all(Array.from({ length: callers }, caller))
  return asked
}

/** The share of asks, the first of each pair left out, that went where the one before had gone. */
function hitsOf(asked: readonly Asked[]): { share: number; moved: number } {
  const inOrder = asked.toSorted((a, b) => begin(a) - begin(b))
  const home = new Map<number, string>()
  let hits = 0
  for (const { pair, instanceId } of inOrder) {
    if (home.get(pair) === instanceId) hits += 1
    home.set(pair, instanceId)
  }
  const repeated = asked.length - home.size
  return { share: hits / repeated, moved: repeated - hits }
}

/** Of the time in which work waited, the share in which instances worked, all together. */
function busyShare(asked: readonly Asked[]): number {
  const marks = asked.flatMap((one) => {
    const began = begin(one)
    const accepted = end(one) - (one.turn.timing.totalMs ?? 0)
    return [
      { at: accepted, waits: 1, works: 0 },
      { at: began, waits: -1, works: 1 },
      { at: end(one), waits: 0, works: -1 },
    ]
  })
  let [waits, works, worked, possible, last] = [0, 0, 0, 0, 0]
  for (const mark of marks.toSorted((a, b) => a.at - b.at)) {
    if (waits > 0) {
      worked += Math.min(instances, works) * (mark.at - last)
      possible += instances * (mark.at - last)
    }
    waits += mark.waits
    works += mark.works
    last = mark.at
  }
  return possible === 0 ? 1 : worked / possible
}

function end({ turn }: Asked): number {
  return Date.parse(turn.endedAt ?? turn.startedAt)
}

function begin(one: Asked): number {
  const { allocatedMs, totalMs } = one.turn.timing
  return end(one) - ((totalMs ?? 0) - (allocatedMs ?? 0))
}
