import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { transferSchema, type Transfer } from '../../shared/domain/transfer.ts'
import { writeHostileFiles } from '../fixtures/hostile-files.ts'
import { App } from '../support/app.ts'
import { writeClaudeHistory } from './claude-history.ts'
import { numberFrom, round, spread, type Bench, type Figure } from './figure.ts'

/** A folder of Claude Code's transcripts taken in, stopped half-way, and taken out and in again as a bundle. */
export const importing: Bench = async (note) => {
  const sessions = numberFrom('BENCH_IMPORT_SESSIONS', 10_000)
  const messages = numberFrom('BENCH_IMPORT_MESSAGES', sessions * 10)
  const folder = await mkdtemp(path.join(tmpdir(), 'bullpen-bench-import-'))
  try {
    note(`writing ${sessions} sessions`)
    const { bytes } = await writeClaudeHistory({ config: folder, sessions, messages })
    note(`${round(bytes / 1e6)} MB of transcripts`)
    const source = path.join(folder, 'projects')
    return [
      await wholeImport(source, sessions, note),
      await cancelled(source),
      ...(await roundTrip(source, sessions, folder, note)),
      await hostile(folder, note),
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function wholeImport(source: string, sessions: number, note: (text: string) => void): Promise<Figure> {
  return withApp(async (app) => {
    const began = performance.now()
    const { ended, waits } = await followed(app, await begin(app, source))
    const seconds = (performance.now() - began) / 1_000
    const { taken = 0, messages = 0, refused = 0 } = ended.report ?? {}
    note(`${taken} taken, ${refused} refused, ${messages} messages; a call answered in ${spread(waits, 'ms')} meanwhile`)
    return {
      name: `import of ${sessions} sessions, ${messages} messages`,
      measured: `${round(seconds)} s, ${round(messages / seconds)} a second`,
      wanted: `under ${round((sessions / 10_000) * 90)} s`,
      ok: ended.state === 'done' && seconds < (sessions / 10_000) * 90,
      grave: ended.state !== 'done' || taken === 0,
    }
  })
}

/** Stopped at different moments; what was taken by then stays whole, and nothing half done is left. */
async function cancelled(source: string): Promise<Figure> {
  const times: number[] = []
  let left = 0
  for (let turn = 0; turn < 8; turn += 1) {
    await withApp(async (app) => {
      const { id } = await begin(app, source)
      await pause(200 + turn * 250)
      const began = performance.now()
      const stopped = await app.api.call(transferSchema, 'DELETE', `/transfers/${id}`)
      times.push(performance.now() - began)
      if (stopped.state !== 'cancelled' && stopped.state !== 'done') throw new Error(`It is ${stopped.state}.`)
      await pause(1_000)
      left += (await readdir(path.join(app.folders.data, 'transfers'))).length
    })
  }
  return {
    name: 'an import is stopped',
    measured: `${spread(times, 'ms')}, ${left} files left behind`,
    wanted: 'within 200 ms, nothing left',
    ok: Math.max(...times) < 200 && left === 0,
    grave: left > 0,
  }
}

async function roundTrip(source: string, sessions: number, folder: string, note: (text: string) => void): Promise<Figure[]> {
  const exported = await withApp(async (app) => {
    await followed(app, await begin(app, source))
    const began = performance.now()
    const bytes = await bundleOf(app)
    return { bytes, seconds: (performance.now() - began) / 1_000 }
  })
  note(`a bundle of ${round(exported.bytes.length / 1e6)} MB`)
  const file = path.join(folder, 'all.zip')
  await writeFile(file, exported.bytes)
  const same = await withApp(async (app) => {
    await followed(app, await begin(app, file))
    return digest(await bundleOf(app)) === digest(exported.bytes)
  })
  return [
    {
      name: `export of ${sessions} conversations as a bundle`,
      measured: `${round(exported.seconds)} s, ${round(exported.bytes.length / 1e6)} MB`,
      wanted: '',
      ok: true,
    },
    {
      name: 'export → import → export',
      measured: same ? 'the same bytes' : 'other bytes',
      wanted: 'the same bytes',
      ok: same,
      grave: !same,
    },
  ]
}

/** Each is refused or taken safely; nothing of them is outside of the data folder. */
async function hostile(folder: string, note: (text: string) => void): Promise<Figure> {
  const files = await writeHostileFiles(folder)
  return withApp(async (app) => {
    const times: number[] = []
    for (const file of files) {
      const began = performance.now()
      const { state, report, error } = await app.api.call(transferSchema, 'POST', '/conversations/import', { path: file, wait: true })
      times.push(performance.now() - began)
      note(
        `${path.basename(file)}: ${state}, ${report?.taken ?? 0} taken, ${Math.round(times.at(-1) ?? 0)} ms, ${error?.message ?? report?.items[0]?.reason ?? ''}`,
      )
    }
    const names = await readdir(app.folders.root, { recursive: true })
    const evil = names.filter((name) => name.includes('evil')).length
    return {
      name: `${files.length} hostile files`,
      measured: `${spread(times, 'ms')}, at most ${round(Math.max(...times))} ms, ${evil} written elsewhere`,
      wanted: 'within 1 s each, 0',
      ok: Math.max(...times) < 1_000 && evil === 0,
      grave: evil > 0,
    }
  })
}

async function withApp<T>(work: (app: App) => Promise<T>): Promise<T> {
  const app = await App.start()
  try {
    return await work(app)
  } finally {
    await app.dispose()
  }
}

function begin(app: App, source: string): Promise<Transfer> {
  return app.api.call(transferSchema, 'POST', '/conversations/import', { path: source })
}

/** Asks how far it is until it has ended; `waits` are how long an answer took. */
async function followed(app: App, { id }: Transfer): Promise<{ ended: Transfer; waits: number[] }> {
  const waits: number[] = []
  for (;;) {
    const began = performance.now()
    const now = await app.api.call(transferSchema, 'GET', `/transfers/${id}`)
    waits.push(performance.now() - began)
    if (now.state !== 'running') return { ended: now, waits }
    await pause(100)
  }
}

async function bundleOf(app: App): Promise<Buffer> {
  const answer = await fetch(`${app.url}/api/conversations/export`, { headers: { authorization: `Bearer ${app.token}` } })
  if (!answer.ok) throw new Error(`The export answered ${answer.status}.`)
  return Buffer.from(await answer.arrayBuffer())
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
