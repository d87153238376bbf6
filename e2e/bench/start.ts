import { rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { App, makeFolders, removeRun, type AppFolders } from '../support/app.ts'
import { until } from '../support/until.ts'
import { writeHistory } from './conversation-history.ts'
import { numberFrom, quantile, round, spread, type Bench } from './figure.ts'

const maxLaterMs = 1_000
const maxFirstMs = 3_000
const maxBlockMs = 50
/** The app compares all files with what it knows of them within this. */
const watchMs = numberFrom('BENCH_WATCH_SECONDS', 15) * 1_000
const pollMs = 5

const pageSchema = z.object({ items: z.array(z.object({ id: z.string(), title: z.string(), updatedAt: z.string() })) })

/** The app with very many conversations: how long until it can be used, at the very first start and later. */
export const start: Bench = async (note) => {
  const count = numberFrom('BENCH_CONVERSATIONS', 100_000)
  const starts = numberFrom('BENCH_STARTS', 5)
  const firsts = numberFrom('BENCH_FIRST_STARTS', 3)
  const folders = await makeFolders()
  try {
    const { bytes } = writeHistory({ folder: folders.data, conversations: count, messages: count * 4 })
    note(`${count} conversations, ${(bytes / 1e6).toFixed(0)} MB`)
    const first: Run[] = []
    for (let run = 0; run < firsts; run += 1) {
      for (const name of ['summaries.jsonl', 'summaries.touched']) await rm(path.join(folders.data, name), { force: true })
      first.push(await once(folders, true))
      note(`a first start: ${inWords(first)}`)
    }
    const later: Run[] = []
    for (let run = 0; run < starts; run += 1) {
      later.push(await once(folders, false))
      note(`a later one: ${inWords(later)}`)
    }
    const blocks = [...first, ...later].map(({ blockMs }) => blockMs)
    return [
      figure(`start with ${count} conversations to usable, the very first`, first, maxFirstMs),
      figure('the same, later', later, maxLaterMs),
      {
        name: 'longest time that a call waited while all files were compared',
        measured: `${spread(blocks, 'ms')}, most ${round(Math.max(...blocks))} ms`,
        wanted: `none over ${maxBlockMs} ms`,
        ok: Math.max(...blocks) < maxBlockMs,
      },
    ]
  } finally {
    await removeRun(folders)
  }
}

type Run = { readyMs: number; usableMs: number; blockMs: number }

/** Usable: the newest page was answered, and the newest conversation was read and written to. */
async function once(folders: AppFolders, isFirst: boolean): Promise<Run> {
  const began = performance.now()
  const app = await App.start({ folders })
  try {
    const readyMs = performance.now() - began
    const [newest] = (await app.api.call(pageSchema, 'GET', '/conversations?limit=50')).items
    if (!newest) throw new Error('There is no newest conversation.')
    await app.api.call(z.unknown(), 'GET', `/conversations/${newest.id}/messages`)
    await app.api.call(z.unknown(), 'PATCH', `/conversations/${newest.id}`, { title: newest.title })
    const usableMs = performance.now() - began
    const blockMs = await longestWait(app)
    if (isFirst) await until('the summaries to be saved', () => isThere(path.join(folders.data, 'summaries.jsonl')), 90_000)
    return { readyMs, usableMs, blockMs }
  } finally {
    await app.quit()
  }
}

/** Asks for something that costs nothing, again and again. */
async function longestWait(app: App): Promise<number> {
  let longest = 0
  for (const end = performance.now() + watchMs; performance.now() < end;) {
    const began = performance.now()
    await app.api.call(z.unknown(), 'GET', '/settings')
    longest = Math.max(longest, performance.now() - began)
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
  return longest
}

async function isThere(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null)) !== null
}

function figure(name: string, runs: readonly Run[], most: number) {
  const usable = runs.map(({ usableMs }) => usableMs)
  const ready = runs.map(({ readyMs }) => readyMs)
  return {
    name,
    measured: `${spread(usable, 'ms')} (ready after ${spread(ready, 'ms')})`,
    wanted: `under ${most} ms`,
    ok: quantile(usable, 0.5) < most,
  }
}

function inWords(runs: readonly Run[]): string {
  const { readyMs = 0, usableMs = 0, blockMs = 0 } = runs.at(-1) ?? {}
  return `ready ${round(readyMs)}, usable ${round(usableMs)}, longest wait ${round(blockMs)} ms`
}
