import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { ensureChromium } from './ensure-chromium.ts'
import { addCounts, countOne, countPlaywright, countsLine, countVitest, type Counts } from './test-counts.ts'
import { type Failure, failureLines, playwrightFailures, vitestFailures } from './test-failures.ts'

/**
 * `npm test`: everything there is to check, each tool with the Node that runs this file. Its end names the tests that failed, its
 * last line says how many checks passed and failed; it exits with 1 when one failed. `npm test -- lint unit` runs only the steps
 * that are named.
 */
type Step = { name: string; run: (output: Output) => Promise<Result> }
type Result = { counts: Counts; failures: readonly Failure[] }
type Ended = Result & { name: string; seconds: number }
/** Where a step's tools write: to the terminal at once, or into a list that is shown when the step has ended. */
type Output = 'terminal' | Buffer[]

const root = path.resolve(import.meta.dirname, '..')
const reports = path.join(root, 'reports')
const vitestReport = path.join(reports, 'vitest.json')
const playwrightReport = path.join(reports, 'playwright.json')

const tools = {
  oxlint: 'oxlint/bin/oxlint',
  knip: 'knip/bin/knip.js',
  oxfmt: 'oxfmt/bin/oxfmt',
  electronVite: 'electron-vite/bin/electron-vite.js',
  vitest: 'vitest/vitest.mjs',
  playwright: '@playwright/test/cli.js',
}

/** What is formatted: code of ours. Documents are written by hand, the schema by a program. */
const sources = ['shared', 'electron', 'renderer', 'e2e', 'build', 'bin']

/** What looks at the sources, on two lines: types take as long as all the others, and one core for much of it. */
const lines: Step[][] = [
  [{ name: 'types', run: (output) => one(node([path.join('build', 'types.ts')], output)) }],
  [
    { name: 'lint', run: (output) => one(tool('oxlint', ['-c', 'build/oxlintrc.json', '--type-aware'], output)) },
    { name: 'unused', run: (output) => one(tool('knip', ['--config', 'build/knip.json'], output)) },
    { name: 'format', run: (output) => one(tool('oxfmt', ['-c', 'build/oxfmtrc.json', '--check', ...sources], output)) },
    { name: 'build', run: (output) => one(tool('electronVite', ['build', '--config', 'build/electron.vite.config.ts'], output)) },
  ],
]

/** What runs it, after that and one after the other: each takes all there is of the machine. */
const suites: Step[] = [
  { name: 'unit', run: runUnit },
  { name: 'e2e', run: runSpecs },
]

async function main(): Promise<void> {
  rmSync(reports, { recursive: true, force: true })
  mkdirSync(reports, { recursive: true })
  const wanted = process.argv.slice(2)
  const chosen = (steps: Step[]) => steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
  const ofSources = await Promise.all(lines.map((steps) => inTurn(chosen(steps), false)))
  const results = [...ofSources.flat(), ...(await inTurn(chosen(suites), true))]
  process.stdout.write('\n')
  for (const { name, counts, seconds } of results) {
    process.stdout.write(`${name.padEnd(8)} ${countsLine(counts)} (${seconds.toFixed(1)} s)\n`)
  }
  const failed = failureLines(results.flatMap(named))
  if (failed.length > 0) process.stdout.write(`\n${failed.join('\n')}\n`)
  const all = addCounts(results.map((result) => result.counts))
  const total = all.passed + all.failed === 0 ? { ...all, failed: 1 } : all
  process.stdout.write(`\n${countsLine(total)}\n`)
  process.exitCode = total.failed > 0 ? 1 : 0
}

/** Runs steps one after the other: seen while they run, where none runs beside them, or shown each when it has ended. */
async function inTurn(steps: readonly Step[], isSeen: boolean): Promise<Ended[]> {
  const results: Ended[] = []
  for (const { name, run } of steps) {
    const said: Buffer[] = []
    const title = `\n== ${name}\n`
    if (isSeen) process.stdout.write(title)
    const began = performance.now()
    results.push({ ...(await run(isSeen ? 'terminal' : said)), name, seconds: (performance.now() - began) / 1000 })
    if (!isSeen) process.stdout.write(Buffer.concat([Buffer.from(title), ...said]))
  }
  return results
}

/** What failed in a step, at least its name. */
function named({ name, counts, failures }: Ended): readonly Failure[] {
  if (counts.failed === 0 || failures.length > 0) return failures
  return [{ file: '', name, error: 'see what it said above' }]
}

async function one(ended: Promise<number | null>): Promise<Result> {
  return { counts: countOne(await ended), failures: [] }
}

async function runUnit(output: Output): Promise<Result> {
  const args = ['run', '--config', 'build/vitest.config.ts', '--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`]
  const exitCode = await tool('vitest', args, output)
  const report = readReport(vitestReport)
  return { counts: countVitest(report, exitCode), failures: vitestFailures(report, root) }
}

async function runSpecs(output: Output): Promise<Result> {
  if (!ensureChromium()) return { counts: countOne(1), failures: [] }
  const exitCode = await tool('playwright', ['test', '--config', 'build/playwright.config.ts'], output, {
    PLAYWRIGHT_JSON: playwrightReport,
  })
  const report = readReport(playwrightReport)
  return { counts: countPlaywright(report, exitCode), failures: playwrightFailures(report, root) }
}

function tool(name: keyof typeof tools, args: string[], output: Output, env: Record<string, string> = {}): Promise<number | null> {
  return node([path.join('node_modules', tools[name]), ...args], output, env)
}

/** Runs a script with the current Node and answers its exit code; null when a signal ended it. */
function node(args: string[], output: Output, env: Record<string, string> = {}): Promise<number | null> {
  return new Promise((resolve) => {
    const kept = output === 'terminal' ? 'inherit' : 'pipe'
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', kept, kept], env: { ...process.env, ...env } })
    if (output !== 'terminal') for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => output.push(chunk))
    const stop = (signal: NodeJS.Signals): void => void child.kill(signal)
    process.once('SIGTERM', stop).once('SIGINT', stop)
    child.once('error', (error) => process.stdout.write(`${error.message}\n`))
    child.once('close', (code) => {
      process.off('SIGTERM', stop).off('SIGINT', stop)
      resolve(code)
    })
  })
}

function readReport(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

await main()
