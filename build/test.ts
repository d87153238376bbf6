import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { ensureChromium } from './ensure-chromium.ts'
import { addCounts, countOne, countPlaywright, countsLine, countVitest, type Counts } from './test-counts.ts'

/**
 * `npm test`: everything there is to check, each tool with the Node that runs this file. Its last line says how many
 * checks passed and failed; it exits with 1 when one failed. `npm test -- lint unit` runs only the steps that are named.
 */
type Step = { name: string; run: () => Promise<Counts> }

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
  { name: 'types', run: async () => countOne(await node([path.join('build', 'types.ts')])) },
  { name: 'lint', run: async () => countOne(await tool('oxlint', ['-c', 'build/oxlintrc.json', '--type-aware'])) },
  { name: 'unused', run: async () => countOne(await tool('knip', ['--config', 'build/knip.json'])) },
  { name: 'format', run: async () => countOne(await tool('oxfmt', ['-c', 'build/oxfmtrc.json', '--check', ...sources])) },
  { name: 'build', run: async () => countOne(await tool('electronVite', ['build', '--config', 'build/electron.vite.config.ts'])) },
  { name: 'unit', run: runUnit },
  { name: 'e2e', run: runSpecs },
]

async function main(): Promise<void> {
  rmSync(reports, { recursive: true, force: true })
  mkdirSync(reports, { recursive: true })
  const wanted = process.argv.slice(2)
  const chosen = steps.filter((step) => wanted.length === 0 || wanted.includes(step.name))
  const results: { name: string; counts: Counts; seconds: number }[] = []
  for (const step of chosen) {
    process.stdout.write(`\n== ${step.name}\n`)
    const began = performance.now()
    const counts = await step.run()
    results.push({ name: step.name, counts, seconds: (performance.now() - began) / 1000 })
  }
  process.stdout.write('\n')
  for (const { name, counts, seconds } of results) {
    process.stdout.write(`${name.padEnd(8)} ${countsLine(counts)} (${seconds.toFixed(1)} s)\n`)
  }
  const all = addCounts(results.map((result) => result.counts))
  const total = all.passed + all.failed === 0 ? { ...all, failed: 1 } : all
  process.stdout.write(`\n${countsLine(total)}\n`)
  process.exitCode = total.failed > 0 ? 1 : 0
}

async function runUnit(): Promise<Counts> {
  const args = ['run', '--config', 'build/vitest.config.ts', '--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`]
  const exitCode = await tool('vitest', args)
  return countVitest(readReport(vitestReport), exitCode)
}

async function runSpecs(): Promise<Counts> {
  if (!ensureChromium()) return countOne(1)
  const exitCode = await tool('playwright', ['test', '--config', 'build/playwright.config.ts'], { PLAYWRIGHT_JSON: playwrightReport })
  return countPlaywright(readReport(playwrightReport), exitCode)
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
