import { Controls } from '../claude/controls.ts'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AppError } from '../../../shared/app-error.ts'
import type { ClaudeEvent, ClaudeListener } from '../claude/claude-event.ts'
import type { LaunchConfig, ParkedClaude } from '../claude/claude-process.ts'
import { Spares } from './spares.ts'

const config = (cwd: string, change: Partial<LaunchConfig> = {}): LaunchConfig => ({
  cwd,
  permissionMode: 'default',
  allowedTools: [],
  disallowedTools: [],
  mcpServers: {},
  addDirs: [],
  env: {},
  ...change,
})

/** A process that does nothing: what spares do with processes is what is looked at. */
class Idle implements ParkedClaude {
  readonly pid: number
  readonly startedAt = new Date()
  readonly sessionId = null
  readonly elsewhere = null
  readonly controls = new Controls(() => null)
  readonly listener: ClaudeListener
  readonly parked: boolean
  readonly read = state
  stopped = false
  claims = 0

  constructor(pid: number, listener: ClaudeListener, parked: boolean) {
    this.pid = pid
    this.listener = listener
    this.parked = parked
  }

  send(): void {}
  async prime(): Promise<void> {}
  async isCurrent(): Promise<boolean> {
    return this.read === state
  }
  async canClear(): Promise<boolean> {
    return false
  }
  async clear(): Promise<boolean> {
    return false
  }
  hasHeld(): boolean {
    return false
  }
  async interrupt(): Promise<void> {}
  async stopTask(): Promise<void> {}
  async isSuspended(): Promise<boolean> {
    return false
  }
  async freeze(): Promise<void> {}
  async thaw(): Promise<void> {}
  async usage() {
    return { memoryMb: 100, cpuSeconds: 1 }
  }
  async claim({ cwd }: LaunchConfig): Promise<void> {
    this.claims += 1
    if (cwd.startsWith('/refused')) throw new Error('project_settings_not_claimable')
  }
  async stop() {
    this.stopped = true
    const exit = { expected: true, exitCode: 0, signal: null, stderrTail: '', error: null }
    this.listener.onExit(exit)
    return exit
  }
}

let made: Idle[]
let lost: number[]
let spares: Spares
let count: number
let now: number
let busy: boolean
let room: boolean
let broken: boolean
let state: string

beforeEach(() => {
  vi.useFakeTimers()
  made = []
  lost = []
  count = 1
  now = 0
  busy = false
  room = true
  broken = false
  state = 'as it was'
  spares = new Spares({
    start: async (_config, listener) => make(listener, false),
    park: async (_config, listener) => make(listener, true),
    count: () => count,
    busy: () => busy,
    hasRoom: () => room,
    clock: { now: () => now },
    onChange: () => {},
    onLost: (_why, pauseMs) => void lost.push(pauseMs),
  })
})
afterEach(async () => {
  await spares.close()
  vi.useRealTimers()
})

function make(listener: ClaudeListener, parked: boolean): Idle {
  if (broken) throw new AppError('CLAUDE_EXITED', 'It cannot be started.')
  const process = new Idle(made.length + 1, listener, parked)
  made.push(process)
  return process
}

const listener = (events: ClaudeEvent[] = []): ClaudeListener => ({
  onEvent: (event) => void events.push(event),
  onPermission: async () => ({ behavior: 'deny', message: 'no', interrupt: false }),
  onExit: () => {},
})
const never = new AbortController().signal
const launch = (one: LaunchConfig, to = listener()) =>
  spares.launch(async (_config, own) => new Idle(1_000 + made.length, own, false), one, to, never)
/** Lets time pass, for timers and for the clock. */
const pass = async (ms: number) => {
  for (let left = ms; left > 0; left -= 250) {
    now += Math.min(left, 250)
    await vi.advanceTimersByTimeAsync(Math.min(left, 250))
  }
}

test('the second launch of a kind is served by a spare, whose events then go to its new owner', async () => {
  expect((await launch(config('/a'))).origin).toBe('cold')
  await pass(2_000)
  expect(spares.rows().map(({ kind, state, folder }) => [kind, state, folder])).toEqual([
    ['folder', 'ready', '/a'],
    ['any-folder', 'ready', null],
  ])
  const events: ClaudeEvent[] = []
  const claimed = await launch(config('/a'), listener(events))
  expect(claimed).toMatchObject({ origin: 'spare', process: { pid: 1 } })
  made[0]?.listener.onEvent({ type: 'compacting', active: true })
  expect(events).toHaveLength(1)
  expect(spares.counts()).toMatchObject({ launches: 2, hits: { folder: 1, anyFolder: 0 }, misses: { 'new-kind': 1 } })
  expect(spares.hitRate).toBe(0.5)
  await pass(1_000)
  expect(spares.ready).toBe(2)
})

test('a folder never seen before is served by the parked one; other variables or servers of its own need another', async () => {
  await launch(config('/a'))
  await pass(2_000)
  expect(await launch(config('/b', { model: 'opus' }))).toMatchObject({ origin: 'spare', process: { parked: true, claims: 1 } })
  await pass(2_000)
  expect((await launch(config('/c', { env: { A: 'b' } }))).origin).toBe('cold')
  expect((await launch(config('/c', { mcpServers: { files: { command: 'files' } } }))).origin).toBe('cold')
  expect((await launch(config('/a', { resume: 'session' }))).origin).toBe('resumed')
  expect(spares.counts().hits).toEqual({ folder: 0, anyFolder: 1 })
})

test('a claim that is refused falls back to a plain start at once, is counted, and is not tried again there', async () => {
  await launch(config('/a'))
  await pass(2_000)
  expect((await launch(config('/refused'))).origin).toBe('cold')
  expect(spares.counts().misses).toMatchObject({ refused: 1 })
  const refusing = made.find(({ claims }) => claims > 0)
  expect(refusing?.stopped).toBe(true)
  await pass(3_000)
  const before = made.reduce((sum, { claims }) => sum + claims, 0)
  // The folder's own spare is there by now; another way of launching in it has none.
  expect((await launch(config('/refused'))).origin).toBe('spare')
  await launch(config('/refused'))
  expect(made.reduce((sum, { claims }) => sum + claims, 0)).toBe(before)
})

test('a spare that died is not handed out and is replaced with a growing pause, 1 s to 60 s', async () => {
  spares.expect(config('/a', { mcpServers: { files: { command: 'files' } } }))
  spares.tend()
  await pass(500)
  for (let death = 0; death < 8; death += 1) {
    expect(spares.ready).toBe(1)
    await made.at(-1)?.stop()
    expect(spares.ready).toBe(0)
    expect(spares.rows()).toMatchObject([{ state: 'waiting' }])
    await pass((lost.at(-1) ?? 0) - 500)
    expect(spares.ready).toBe(0)
    await pass(3_000)
  }
  expect(lost).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
})

test('one that cannot be started is told with its reason, and launches say why they missed', async () => {
  broken = true
  spares.expect(config('/a'))
  spares.tend()
  await pass(500)
  expect(spares.rows()[0]).toMatchObject({ state: 'waiting', problem: 'It cannot be started.' })
  await launch(config('/a'))
  expect(spares.counts().misses.failing).toBe(1)
})

test('none is started while a turn is starting, or without room in the memory budget', async () => {
  busy = true
  spares.expect(config('/a'))
  spares.tend()
  await pass(5_000)
  expect(made).toHaveLength(0)
  busy = false
  room = false
  await pass(5_000)
  expect(made).toHaveLength(0)
  await launch(config('/a'))
  expect(spares.counts().misses['no-memory']).toBe(1)
  room = true
  await pass(3_000)
  expect(spares.ready).toBe(2)
})

test('fewer wanted ends what is too many, old ones are renewed, one can be given up, and closing ends all', async () => {
  spares.expect(config('/a'))
  spares.tend()
  await pass(1_000)
  const [first] = made
  await pass(35 * 60_000)
  expect(first?.stopped).toBe(true)
  expect(spares.ready).toBe(2)
  expect(await spares.giveUp()).toBe(0)
  expect(spares.ready).toBe(1)
  await pass(3_000)
  count = 0
  spares.tend()
  expect(spares.ready).toBe(0)
  await spares.close()
  expect(made.every(({ stopped }) => stopped)).toBe(true)
})

test('one that read what has changed since is not handed out, and is renewed ahead where there is time', async () => {
  await launch(config('/a', { mcpServers: { files: { command: 'files' } } }))
  await pass(2_000)
  state = 'CLAUDE.md is another'
  expect((await launch(config('/a', { mcpServers: { files: { command: 'files' } } }))).origin).toBe('cold')
  expect(spares.counts().misses).toMatchObject({ 'new-kind': 1, outdated: 1 })
  expect(made[0]?.stopped).toBe(true)
  await pass(2_000)
  state = 'and another'
  await pass(25_000)
  expect(made[1]?.stopped).toBe(true)
  expect((await launch(config('/a', { mcpServers: { files: { command: 'files' } } }))).origin).toBe('spare')
})

test('however many launch at the same time, no process is given to two', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('/a', '/b', '/new', '/refused'), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 5 }),
      async (folders, ready) => {
        count = ready
        for (const folder of ['/a', '/b']) spares.expect(config(folder))
        spares.tend()
        await pass(10_000)
        const launched = await Promise.all(folders.map((folder) => launch(config(folder))))
        const owned = launched.map(({ process }) => process).filter((process) => process.pid < 1_000)
        expect(new Set(owned).size).toBe(owned.length)
        expect(owned.every((process) => process instanceof Idle && !process.stopped && process.claims <= 1)).toBe(true)
      },
    ),
    { numRuns: 25 },
  )
})
