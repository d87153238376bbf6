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
type Step = { name: string; run: () => Promise<Result> }
type Result = { counts: Counts; failures: readonly Failure[] }

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

const steps: Step[] = [
  { name: 'types', run: () => one(node([path.join('build', 'types.ts')])) },
  { name: 'lint', run: () => one(tool('oxlint', ['-c', 'build/oxlintrc.json', '--type-aware'])) },
  { name: 'unused', run: () => one(tool('knip', ['--config', 'build/knip.json'])) },
  { name: 'format', run: () => one(tool('oxfmt', ['-c', 'build/oxfmtrc.json', '--check', ...sources])) },
  { name: 'build', run: () => one(tool('electronVite', ['build', '--config', 'build/electron.vite.config.ts'])) },
  { name: 'unit', run: runUnit },
  { name: 'e2e', run: runSpecs },
]

async function main(): Promise<void> {
  rmSync(reports, { recursive: true, force: true })
  mkdirSync(reports, { recursive: true })
  const wanted = process.argv.slice(2)
  const chosen = steps.filter((step) => wanted.length === 0 || wanted.includes(step.name))
  const results: (Result & { name: string; seconds: number })[] = []
  for (const step of chosen) {
    process.stdout.write(`\n== ${step.name}\n`)
    const began = performance.now()
    const result = await step.run()
    results.push({ ...result, name: step.name, seconds: (performance.now() - began) / 1000 })
  }
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

/** What failed in a step, at least its name. */
function named({ name, counts, failures }: Result & { name: string }): readonly Failure[] {
  if (counts.failed === 0 || failures.length > 0) return failures
  return [{ file: '', name, error: 'see what it said above' }]
}

async function one(ended: Promise<number | null>): Promise<Result> {
  return { counts: countOne(await ended), failures: [] }
}

async function runUnit(): Promise<Result> {
  const args = ['run', '--config', 'build/vitest.config.ts', '--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`]
  const exitCode = await tool('vitest', args)
  const report = readReport(vitestReport)
  return { counts: countVitest(report, exitCode), failures: vitestFailures(report, root) }
}

async function runSpecs(): Promise<Result> {
  if (!ensureChromium()) return { counts: countOne(1), failures: [] }
  const exitCode = await tool('playwright', ['test', '--config', 'build/playwright.config.ts'], { PLAYWRIGHT_JSON: playwrightReport })
  const report = readReport(playwrightReport)
  return { counts: countPlaywright(report, exitCode), failures: playwrightFailures(report, root) }
}

function tool(name: keyof typeof tools, args: string[], env: Record<string, string> = {}): Promise<number | null> {
  return node([path.join('node_modules', tools[name]), ...args], env)
}

/** Runs a script with the current Node and answers its exit code; null when a signal ended it. */
function node(args: string[], env: Record<string, string> = {}): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } })
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
