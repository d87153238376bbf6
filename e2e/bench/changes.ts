import { execFileSync } from 'node:child_process'
import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { instanceConfigSchema } from '../../shared/domain/instance.ts'
import { openCore, type CoreRun } from '../support/core.ts'
import { until } from '../support/until.ts'
import { numberFrom, quantile, round, spread, type Bench } from './figure.ts'

const files = numberFrom('BULLPEN_CHANGED_FILES', 2_000)
const linesEach = 50
const rounds = 15
const shown = 200

/** 2,000 files with 100,000 changed lines in them: the list and single files, beside what plain git takes for the same. */
export const changes: Bench = async (note) => {
  const run = await openCore()
  try {
    note(`${files} files of ${linesEach * 2} lines are made, committed, and changed by a command of a turn`)
    const id = await changedFolder(run)
    return await measure(run, id)
  } finally {
    await run.close()
  }
}

async function changedFolder({ core, folders: { work } }: CoreRun): Promise<string> {
  const plain = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: work, stdio: 'pipe' })
  plain('init', '-q')
  for (let folder = 0; folder < files / 100; folder += 1) {
    await mkdir(join(work, `part ${folder}`))
    for (let file = 0; file < 100; file += 1) await writeFile(join(work, `part ${folder}`, `${file}.ts`), textOf(folder, file))
  }
  plain('add', '-A')
  plain('commit', '-qm', 'first')
  // Every second line of each file.
  const script = `for f in part*/*.ts; do awk 'NR % 2 { print $0 " changed"; next } 1' "$f" > t && mv t "$f"; done`
  await writeFile(join(work, 'change.sh'), script)
  let looks = 0
  void (async () => {
    for await (const { event } of core.events.stream()) if (event.type === 'changes') looks += 1
  })()
  const config = instanceConfigSchema.parse({ name: 'worker', cwd: work, allowedTools: ['Bash'] })
  const instance = await core.pool.instances.create({ ...config, start: true })
  const { id } = await core.conversations.create({ instanceId: instance.id })
  await (
    await core.pool.send(id, { text: '[bash: sh change.sh]', priority: 5 })
  ).done
  await until('the files to be looked at', () => looks > 0, 60_000)
  return id
}

function textOf(folder: number, file: number): string {
  return Array.from({ length: linesEach * 2 }, (_, line) => `export const value_${folder}_${file}_${line} = ${line * 7}`).join('\n') + '\n'
}

async function measure({ core, folders: { work } }: CoreRun, id: string): ReturnType<Bench> {
  const times: Record<'start' | 'head' | 'plain' | 'file', number[]> = { start: [], head: [], plain: [], file: [] }
  const loop = monitorEventLoopDelay({ resolution: 1 })
  const timed = async <T>(kind: keyof typeof times, work_: () => T | Promise<T>): Promise<T> => {
    const begun = performance.now()
    const result = await work_()
    times[kind].push(performance.now() - begun)
    return result
  }
  let counted = { files: 0, added: 0 }
  let longest = 0
  for (let round_ = 0; round_ < rounds; round_ += 1) {
    // Something has changed each time, so nothing that is remembered will do.
    await appendFile(join(work, 'part 0', '0.ts'), `// ${round_}\n`)
    await timed('plain', () =>
      execFileSync('git', ['diff', '--numstat', '-M', 'HEAD'], { cwd: work, stdio: 'pipe', maxBuffer: 64_000_000 }),
    )
    loop.reset()
    loop.enable()
    const list = await timed('start', () => core.changes.list(id, { against: 'start', whitespace: true }))
    await timed('head', () => core.changes.list(id, { against: 'head', whitespace: true }))
    loop.disable()
    longest = Math.max(longest, loop.max / 1e6)
    counted = { files: list.files, added: list.added }
  }
  const { items } = await core.changes.list(id, { against: 'start', whitespace: true })
  loop.reset()
  loop.enable()
  for (const { path } of items.slice(0, shown)) {
    await timed('file', () => core.changes.file(id, { against: 'start', whitespace: true, path, context: 3, fromLine: 0 }))
  }
  loop.disable()
  longest = Math.max(longest, loop.max / 1e6)
  const ratio = (kind: 'start' | 'head') => round(quantile(times[kind], 0.5) / quantile(times.plain, 0.5))
  const what = `${counted.files} files, ${counted.added} lines added`
  return [
    {
      name: `changes since the start (${what})`,
      measured: spread(times.start, 'ms'),
      wanted: 'under 300 ms',
      ok: quantile(times.start, 0.5) < 300,
    },
    {
      name: 'changes since the last commit',
      measured: spread(times.head, 'ms'),
      wanted: 'under 300 ms',
      ok: quantile(times.head, 0.5) < 300,
    },
    {
      name: 'the same by plain git diff --numstat',
      measured: spread(times.plain, 'ms'),
      wanted: `(× ${ratio('start')} and × ${ratio('head')})`,
      ok: true,
    },
    {
      name: `the difference of one of ${shown} files`,
      measured: spread(times.file, 'ms'),
      wanted: 'under 50 ms',
      ok: quantile(times.file, 0.95) < 50,
    },
    { name: 'longest that nothing else ran meanwhile', measured: `${round(longest)} ms`, wanted: 'under 50 ms', ok: longest < 50 },
  ]
}
