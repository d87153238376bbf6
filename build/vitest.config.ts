import path from 'node:path'
import { defineConfig } from 'vitest/config'
import { patienceMs } from '../e2e/support/until.ts'
import { builtThreads } from './built-threads.ts'

const root = path.resolve(import.meta.dirname, '..')

/** The rooms that have a thread, and what threads are made with: their tests start them from the sources. */
const threadRooms = 'electron/core/{completion,metrics,search,threads,transfer,vault}/**/*.test.ts'

// Each file has a process, and each core of a test three threads: what one has compiled, the next ones read.
process.env['NODE_COMPILE_CACHE'] ??= path.join(root, 'node_modules', '.cache', 'bullpen-tests')

/** Unit and integration tests: they stand beside the code and start real processes, so few run at a time. */
export default defineConfig({
  root,
  test: {
    environment: 'node',
    setupFiles: [path.resolve(import.meta.dirname, 'leak-check.ts')],
    pool: 'forks',
    // A file waits for a quarter of its time, for disks and for programs that end: three keep two cores at work.
    maxWorkers: 3,
    // A process of a test lives for seconds: a heap that begins small is walked through again and again while it grows.
    execArgv: ['--initial-heap-size=512', '--min-semi-space-size=32', '--max-semi-space-size=64'],
    // These say when to give up, not how quick the app is: a machine that is many times slower passes too.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    teardownTimeout: 60_000,
    expect: { poll: { timeout: patienceMs } },
    passWithNoTests: false,
    restoreMocks: true,
    unstubEnvs: true,
    projects: [
      // Nothing here starts a process or stays open: one process serves many files, and loads what they share once.
      { extends: true, test: { name: 'page', include: ['{shared,renderer}/**/*.test.{ts,tsx}'], isolate: false } },
      { extends: true, test: { name: 'threads', include: [threadRooms] } },
      {
        extends: true,
        plugins: [builtThreads()],
        test: {
          name: 'core',
          include: ['{electron,build}/**/*.test.{ts,tsx}', 'e2e/{fixtures,support,electron-stand-in}/**/*.test.ts'],
          exclude: [threadRooms],
        },
      },
    ],
  },
})
