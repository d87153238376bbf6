import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { LineGuard } from '../../electron/core/claude/line-guard.ts'
import { Normaliser } from '../../electron/core/claude/normaliser.ts'
import { fuzzedLines, isReadable } from '../fixtures/fuzz-lines.ts'
import { App, makeFolders } from '../support/app.ts'
import { isAlive } from '../support/processes.ts'
import { numberFrom, type Bench, type Figure } from './figure.ts'

const fixtures = path.join(import.meta.dirname, '..', 'fixtures')

/** Broken lines from a child: nothing crashes, and each that is skipped is counted. */
export const fuzz: Bench = async (note) => {
  const seed = numberFrom('BENCH_SEED', Math.floor(Math.random() * 1e9))
  const count = numberFrom('BENCH_LINES', 10_000)
  note(`seed ${seed}`)
  return [await throughTheGuard(seed, count, note), await throughTheApp(seed, count, note)]
}

async function throughTheGuard(seed: number, count: number, note: (text: string) => void): Promise<Figure> {
  const wanted = [...fuzzedLines(seed, count)].filter((line) => !isReadable(line)).length
  const child = spawn(process.execPath, [path.join(fixtures, 'fuzz-writer.ts'), String(seed), String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let skipped = 0
  let crashes = 0
  let passed = 0
  const guard = new LineGuard((total) => (skipped = total))
  const normaliser = new Normaliser({ before: {} })
  for await (const line of createInterface({ input: child.stdout.pipe(guard) })) {
    passed += 1
    try {
      normaliser.read(JSON.parse(line))
    } catch (thrown) {
      crashes += 1
      note(`${String(thrown)} in ${line.slice(0, 300)}`)
    }
  }
  const ok = crashes === 0 && skipped === wanted && passed + skipped === count
  return {
    name: `${count} fuzzed lines, guard and normaliser`,
    measured: `${crashes} crashes, ${skipped} of ${wanted} counted`,
    wanted: '0 crashes, all counted',
    ok,
    grave: !ok,
  }
}

/** A whole conversation with a `claude` that strews them between its own. */
async function throughTheApp(seed: number, count: number, note: (text: string) => void): Promise<Figure> {
  const folders = await makeFolders()
  const app = await App.start({ folders, settings: { claudePath: path.join(fixtures, 'claude-fuzzing.ts') } })
  try {
    const created = await app.api.spawn({ name: 'Fuzzed', cwd: folders.work, env: { FUZZ_LINES: String(count), FUZZ_SEED: String(seed) } })
    await app.api.instanceWhen(created.id, 'it to be idle', (one) => one.state === 'idle', 30_000)
    const { id } = await app.api.createConversation({ instanceId: created.id })
    const outcomes: string[] = []
    for (let index = 0; index < 3; index += 1) {
      const turn = await app.api.ask(id, `Turn ${index} [rate 0] [long 100]`)
      outcomes.push(turn.outcome ?? 'none')
      if (turn.error) note(`${turn.error.code}: ${turn.error.message}`)
    }
    const written = (await readFile(path.join(folders.work, 'unreadable.txt'), 'utf8')).trim().split('\n')
    const wanted = written.reduce((sum, line) => sum + Number.parseInt(line, 10), 0)
    const lines = written.reduce((sum, line) => sum + Number(line.split(' ')[2]), 0)
    const { skippedLines, state, error } = await app.api.instance(created.id)
    note(`instance ${state}${error ? `, ${error.code}: ${error.message}` : ''}; turns ${outcomes.join(', ')}`)
    // Readable lines whose message is damaged are counted as well; how many those are is Claude Code's to say.
    const ok = isAlive(app.pid) && skippedLines >= wanted && state === 'idle' && outcomes.every((outcome) => outcome === 'done')
    return {
      name: `${lines} of them through the app`,
      measured: `${outcomes.filter((one) => one === 'done').length} of 3 turns done, ${skippedLines} of ${wanted} counted`,
      wanted: 'all done, all counted',
      ok,
      grave: !ok,
    }
  } finally {
    note(app.output.split('\n').slice(-5).join('\n'))
    await app.dispose()
  }
}
