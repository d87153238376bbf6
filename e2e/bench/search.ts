import { execFile } from 'node:child_process'
import { appendFileSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { promisify } from 'node:util'
import { z } from 'zod'
import { makeFolders, removeRun } from '../support/app.ts'
import type { History, HistoryOptions } from './conversation-history.ts'
import { numberFrom, quantile, round, spread, type Bench, type Figure } from './figure.ts'
import { mixedQueries } from './search-queries.ts'
import { SearchRun } from './search-run.ts'

const wanted = { perSecond: 15_000, delayMs: 20, memoryMb: 300, findMs: 25, freshMs: 100 }
const queries = 500
const fresh = 50

/**
 * The search index over a long history (BENCH_MESSAGES, one million unless told otherwise): made from nothing until all is searchable,
 * put in order (delay and memory are measured until then), asked all kinds of things, and told of new messages; `grep` (or ripgrep) over the same files beside it.
 */
export const search: Bench = async (note) => {
  const messages = numberFrom('BENCH_MESSAGES', 1_000_000)
  const folders = await makeFolders()
  try {
    const history = await writeApart({
      folder: folders.data,
      messages,
      conversations: Math.max(10, Math.round(messages / 100)),
      longest: Math.min(50_000, messages >> 1),
    })
    note(`${history.messages} messages in ${history.ids.length} conversations, ${round(history.bytes / 1e6)} MB`)
    const figures = await indexing(folders.data, history, note)
    const run = new SearchRun(folders.data)
    try {
      await run.settled(60_000)
      // The first search of all opens the thread that answers.
      await run.find('nothing at all')
      figures.push(...(await searching(run, folders.data, note)), await freshMessages(run, folders.data, history))
    } finally {
      await run.close()
    }
    figures.push(await lookedThrough(folders.data))
    return figures
  } finally {
    await removeRun(folders)
  }
}

async function writeApart(options: HistoryOptions): Promise<History> {
  const args = [path.join(import.meta.dirname, 'history-process.ts'), JSON.stringify(options)]
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64e6 })
  const schema = z.object({ ids: z.array(z.string()), messages: z.number(), bytes: z.number(), rare: z.string() })
  return schema.parse(JSON.parse(stdout))
}

async function indexing(folder: string, history: History, note: (text: string) => void): Promise<Figure[]> {
  const before = process.memoryUsage.rss()
  const delay = monitorEventLoopDelay({ resolution: 10 })
  let most = 0
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 200)
  const cpu = process.cpuUsage()
  delay.enable()
  const began = performance.now()
  const run = new SearchRun(folder)
  try {
    await run.searchable(3_600_000)
    const seconds = (performance.now() - began) / 1_000
    await run.settled(3_600_000)
    const orderSeconds = (performance.now() - began) / 1_000 - seconds
    delay.disable()
    const { user, system } = process.cpuUsage(cpu)
    const share = (user + system) / 1e6 / (seconds + orderSeconds)
    const delayMs = delay.percentile(99) / 1e6 - 10
    await run.close()
    const index = statSync(path.join(folder, 'search', 'index.db')).size
    note(
      `${round(seconds)} s and ${round(orderSeconds)} s to put it in order, ${round(share * 100)}% of a core; the index is ${round(index / 1e6)} MB; ${round(before / 1e6)} MB before`,
    )
    const rate = history.messages / seconds
    return [
      {
        name: `index of ${history.messages} messages`,
        measured: `${round(rate)} messages/s`,
        wanted: `${wanted.perSecond} messages/s`,
        ok: rate >= wanted.perSecond,
      },
      {
        name: 'loop delay meanwhile',
        measured: `${round(Math.max(0, delayMs))} ms at 99%`,
        wanted: `under ${wanted.delayMs} ms at 99%`,
        ok: delayMs < wanted.delayMs,
      },
      {
        name: 'memory of the whole process',
        measured: `${round(most / 1e6)} MB at most`,
        wanted: `under ${wanted.memoryMb} MB`,
        ok: most / 1e6 < wanted.memoryMb,
      },
    ]
  } finally {
    clearInterval(watch)
    await run.close()
  }
}

async function searching(run: SearchRun, folder: string, note: (text: string) => void): Promise<Figure[]> {
  const slow: { query: string; ms: number }[] = []
  const timeAll = async (sort: 'newest' | 'relevance', count: number): Promise<number[]> => {
    const times: number[] = []
    for (const query of mixedQueries(folder, count, 7)) {
      const began = performance.now()
      await run.find(query, { sort })
      const ms = performance.now() - began
      times.push(ms)
      slow.push({ query: `${query} (${sort})`, ms })
    }
    return times
  }
  const newest = await timeAll('newest', queries)
  const best = await timeAll('relevance', queries / 5)
  for (const { query, ms } of slow.toSorted((a, b) => b.ms - a.ms).slice(0, 5)) note(`slow: ${round(ms)} ms for ${query}`)
  const grep = await grepTimes(path.join(folder, 'conversations'))
  return [
    {
      name: `${queries} mixed searches, newest first`,
      measured: spread(newest, 'ms'),
      wanted: `95% under ${wanted.findMs} ms`,
      ok: quantile(newest, 0.95) < wanted.findMs,
    },
    { name: `${best.length} of them by relevance`, measured: spread(best, 'ms'), wanted: '', ok: true },
    { name: `${grep.tool} for one word over the same files`, measured: spread(grep.times, 'ms'), wanted: '', ok: true },
  ]
}

/** After a crash nothing says that the index is whole. Searches are answered meanwhile. */
async function lookedThrough(folder: string): Promise<Figure> {
  rmSync(path.join(folder, 'search', 'index.db.seal'))
  const began = performance.now()
  const run = new SearchRun(folder)
  try {
    await run.find('the ')
    const firstMs = performance.now() - began
    await run.settled(600_000)
    const seconds = round((performance.now() - began) / 1_000)
    return {
      name: 'looked through after a crash',
      measured: `${seconds} s; first answer after ${round(firstMs)} ms`,
      wanted: '',
      ok: run.search.status().rebuilt === null,
    }
  } finally {
    await run.close()
  }
}

/** From the moment a message is on the disk until a search finds it. */
async function freshMessages(run: SearchRun, folder: string, { ids }: History): Promise<Figure> {
  const times: number[] = []
  for (let index = 0; index < fresh; index += 1) {
    const id = ids[(index * 37) % ids.length] ?? ''
    const word = `fresh${index}word`
    const message = {
      role: 'user',
      text: word,
      blocks: [{ type: 'text', text: word }],
      turnId: null,
      id: `msg_${index.toString(16).padStart(24, '0')}`,
    }
    appendFileSync(
      path.join(folder, 'conversations', `${id}.jsonl`),
      `${JSON.stringify({ type: 'message', message, seq: 900_000 + index, at: new Date().toISOString() })}\n`,
    )
    const began = performance.now()
    run.search.touch(id)
    for (;;) if ((await run.find(`${word} `)).items.length > 0) break
    times.push(performance.now() - began)
  }
  return {
    name: 'a new message is found',
    measured: spread(times, 'ms'),
    wanted: `under ${wanted.freshMs} ms`,
    ok: quantile(times, 0.95) < wanted.freshMs,
  }
}

async function grepTimes(folder: string): Promise<{ tool: string; times: number[] }> {
  const run = promisify(execFile)
  const tool = await run('rg', ['--version']).then(
    () => 'ripgrep',
    () => 'grep',
  )
  const times: number[] = []
  for (const word of ['zqxrare1', 'retrieving', 'message']) {
    const began = performance.now()
    const args = tool === 'ripgrep' ? ['-l', '-F', word, folder] : ['-r', '-l', '-F', word, folder]
    // Nothing found is exit code 1.
    await run(tool === 'ripgrep' ? 'rg' : 'grep', args, { maxBuffer: 64e6 }).catch(() => undefined)
    times.push(performance.now() - began)
  }
  return { tool, times }
}
