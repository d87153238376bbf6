import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { pino } from 'pino'
import { parseTranscriptLine } from '../../electron/core/vault/transcript.ts'
import { TranscriptTree } from '../../electron/core/vault/transcript-tree.ts'
import { Vault } from '../../electron/core/vault/vault.ts'
import { VaultRoots } from '../../electron/core/vault/vault-roots.ts'
import { until } from '../support/until.ts'
import { writeClaudeHistory, type History } from './claude-history.ts'
import { numberFrom, quantile, round, spread, type Bench, type Figure } from './figure.ts'
import { storeWatch } from '../support/store-watch.ts'
import { Seeded } from './seeded.ts'

const sessions = numberFrom('BENCH_SESSIONS', 10_000)
const messages = numberFrom('BENCH_MESSAGES', 100_000)
const mutations = numberFrom('BENCH_MUTATIONS', 1_000)
const restores = 100
const samplingMs = 10

/** The vault over a history as large as a busy person's: read for the first time, opened again, followed, damaged, given back. */
export const vault: Bench = async (note) => {
  const root = await mkdtemp(path.join(tmpdir(), 'bullpen-bench-vault-'))
  try {
    const config = path.join(root, '.claude')
    const history = await writeClaudeHistory({ config, sessions, messages })
    note(`${history.sessions.length} sessions, ${history.messages} messages, ${history.files} files, ${round(history.bytes / 1e6)} MB`)
    const first = await firstScan(root, config, history)
    const again = await reopened(root, config, history)
    return [...first, ...again, mutated(await readFile(history.sessions[0]?.file ?? '', 'utf8'))]
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

async function open(root: string, config: string): Promise<Vault> {
  return new Vault({
    folder: root,
    roots: await VaultRoots.open(path.join(root, 'vault'), [{ name: 'claude', config }], storeWatch(root)),
    owners: { of: () => null, inTrash: () => null, revision: 0 },
    onStatus: () => undefined,
    log: pino({ level: 'silent' }),
  })
}

async function firstScan(root: string, config: string, history: History): Promise<Figure[]> {
  const idleMs = await idleDelay()
  const delay = monitorEventLoopDelay({ resolution: samplingMs })
  delay.enable()
  const began = performance.now()
  const used = process.cpuUsage()
  const own = await open(root, config)
  await own.scan()
  const seconds = (performance.now() - began) / 1_000
  const { user, system } = process.cpuUsage(used)
  delay.disable()
  const kept = own.sessions().length
  const waitedMs = Math.max(0, delay.percentile(99) / 1e6 - samplingMs)
  await own.close()
  const rate = history.messages / seconds
  return [
    {
      name: `first scan of ${history.sessions.length} sessions`,
      measured: `${round(seconds)} s, ${Math.round(rate)} messages/s, ${round((user + system) / 1e6)} s of processor`,
      wanted: 'all kept',
      ok: kept === history.sessions.length,
      grave: kept !== history.sessions.length,
    },
    {
      name: 'event loop delay meanwhile, 99%',
      measured: `${round(waitedMs)} ms (doing nothing: ${round(idleMs)} ms)`,
      wanted: 'under 20 ms',
      ok: waitedMs < 20,
    },
  ]
}

/** What a machine that has other things to do adds by itself. */
async function idleDelay(): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: samplingMs })
  delay.enable()
  await wait(3_000)
  delay.disable()
  return Math.max(0, delay.percentile(99) / 1e6 - samplingMs)
}

async function reopened(root: string, config: string, history: History): Promise<Figure[]> {
  const began = performance.now()
  const own = await open(root, config)
  try {
    await own.ready
    const readyMs = performance.now() - began
    const asked = performance.now()
    const { total } = await own.list({ state: 'all', sort: 'newest', limit: 100 })
    const listMs = performance.now() - asked
    const lists = await timed(50, () => own.list({ state: 'all', sort: 'ending', q: 'de', limit: 100, offset: 300 }))
    await own.scan()
    return [
      {
        name: `first list of ${total} sessions after a start`,
        measured: `${round(listMs)} ms (known after ${round(readyMs)} ms)`,
        wanted: 'under 50 ms',
        ok: listMs < 50,
      },
      { name: 'a window of it, filtered and sorted', measured: spread(lists, 'ms'), wanted: 'under 50 ms', ok: quantile(lists, 0.95) < 50 },
      await followed(own, history),
      await restored(own, history),
    ]
  } finally {
    await own.close()
  }
}

/** From a line on Claude Code's disk to the vault knowing of it. */
async function followed(own: Vault, { sessions: written }: History): Promise<Figure> {
  const times: number[] = []
  for (const { file, sessionId } of written.slice(0, 30)) {
    const { messageCount } = own.get(sessionId)
    const seen = Promise.withResolvers<void>()
    const stop = own.onChange((ids) => ids.includes(sessionId) && own.get(sessionId).messageCount > messageCount && seen.resolve())
    const began = performance.now()
    await appendFile(
      file,
      `${JSON.stringify({ type: 'user', uuid: `live-${messageCount}`, parentUuid: null, message: { content: 'More' } })}\n`,
    )
    await seen.promise
    times.push(performance.now() - began)
    stop()
  }
  return {
    name: 'a new line is in the vault after',
    measured: spread(times, 'ms'),
    wanted: 'under 500 ms',
    ok: quantile(times, 0.95) < 500,
  }
}

async function restored(own: Vault, { sessions: written }: History): Promise<Figure> {
  let same = 0
  const times: number[] = []
  for (const { file, sessionId } of written.slice(-restores)) {
    const before = await readFile(file)
    await rm(file)
    await until('the vault to see that it is gone', async () => !own.get(sessionId).isInClaude, 60_000)
    const began = performance.now()
    await own.restore(sessionId)
    times.push(performance.now() - began)
    if (before.equals(await readFile(file))) same += 1
  }
  const wanted = Math.min(restores, written.length)
  return {
    name: 'deleted transcripts put back',
    measured: `${same} of ${wanted} the same bytes, ${spread(times, 'ms')}`,
    wanted: 'all',
    ok: same === wanted,
    grave: same < wanted,
  }
}

/** Bytes changed, cut out, doubled or cut off, anywhere in a transcript. */
function mutated(text: string): Figure {
  const random = new Seeded(7)
  const whole = Buffer.from(text.slice(0, 200_000))
  let crashes = 0
  for (let index = 0; index < mutations; index += 1) {
    const from = random.int(0, whole.length - 1)
    const to = Math.min(whole.length, from + random.int(1, 4_000))
    const junk = Buffer.from(Array.from({ length: random.int(0, 40) }, () => random.int(0, 255)))
    const parts = random.pick([
      [whole.subarray(0, from), junk, whole.subarray(to)],
      [whole.subarray(0, to), whole.subarray(from)],
      [whole.subarray(0, from)],
    ])
    try {
      const lines = Buffer.concat(parts)
        .toString('utf8')
        .split('\n')
        .map((line) => parseTranscriptLine(line))
      const tree = new TranscriptTree(lines.filter((line) => typeof line !== 'string'))
      if (tree.main.length === 0 && from > 20_000) crashes += 1
    } catch {
      crashes += 1
    }
  }
  return {
    name: `${mutations} mutations of a transcript`,
    measured: `${crashes} crashes`,
    wanted: '0',
    ok: crashes === 0,
    grave: crashes > 0,
  }
}

async function timed(times: number, act: () => Promise<unknown>): Promise<number[]> {
  const taken: number[] = []
  for (let index = 0; index < times; index += 1) {
    const began = performance.now()
    await act()
    taken.push(performance.now() - began)
  }
  return taken
}
