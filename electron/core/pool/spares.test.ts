import { afterEach, expect, test } from 'vitest'
import type { ClaudeEvent, ClaudeListener } from '../claude/claude-event.ts'
import type { ClaudeProcess, LaunchConfig } from '../claude/claude-process.ts'
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
class Idle implements ClaudeProcess {
  readonly pid: number
  readonly startedAt = new Date()
  readonly sessionId = null
  readonly listener: ClaudeListener
  stopped = false

  constructor(pid: number, listener: ClaudeListener) {
    this.pid = pid
    this.listener = listener
  }

  send(): void {}
  async interrupt(): Promise<void> {}
  async freeze(): Promise<void> {}
  async thaw(): Promise<void> {}
  async memoryMb(): Promise<number | null> {
    return null
  }

  async stop() {
    this.stopped = true
    const exit = { expected: true, exitCode: 0, signal: null, stderrTail: '', error: null }
    this.listener.onExit(exit)
    return exit
  }
}

let made: Idle[] = []
let spares: Spares
let count = 1
function open(): Spares {
  made = []
  count = 1
  spares = new Spares({
    start: async (_config, listener) => {
      const process = new Idle(made.length + 1, listener)
      made.push(process)
      return process
    },
    count: () => count,
    busy: () => false,
    onChange: () => {},
  })
  return spares
}
afterEach(() => spares.close())

const listener = (events: ClaudeEvent[] = []): ClaudeListener => ({
  onEvent: (event) => void events.push(event),
  onPermission: async () => ({ behavior: 'deny', message: 'no', interrupt: false }),
  onExit: () => {},
})
const never = new AbortController().signal
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('the second launch of a kind is served by a spare, whose events then go to its new owner', async () => {
  open()
  expect((await spares.launch(config('/a'), listener(), never)).origin).toBe('cold')
  spares.tend()
  await settled()
  expect(spares.ready).toBe(1)
  const events: ClaudeEvent[] = []
  const claimed = await spares.launch(config('/a'), listener(events), never)
  expect(claimed).toMatchObject({ origin: 'spare', process: { pid: 2 } })
  made[1]?.listener.onEvent({ type: 'compacting', active: true })
  expect(events).toHaveLength(1)
  expect(spares.hitRate).toBe(0.5)
})

test('another folder, another environment or a session to go on with needs a process of its own', async () => {
  open()
  await spares.launch(config('/a'), listener(), never)
  spares.tend()
  await settled()
  expect((await spares.launch(config('/b'), listener(), never)).origin).toBe('cold')
  expect((await spares.launch(config('/a', { env: { A: 'b' } }), listener(), never)).origin).toBe('cold')
  expect((await spares.launch(config('/a', { resume: 'session' }), listener(), never)).origin).toBe('resumed')
  expect(spares.ready).toBe(1)
})

test('a spare that died is not handed out; fewer wanted ends what is too many; closing ends all', async () => {
  open()
  await spares.launch(config('/a'), listener(), never)
  spares.tend()
  await settled()
  await made[1]?.stop()
  expect(spares.ready).toBe(0)
  expect((await spares.launch(config('/a'), listener(), never)).origin).toBe('cold')
  await spares.launch(config('/b'), listener(), never)
  spares.tend()
  await settled()
  count = 0
  spares.tend()
  expect(spares.ready).toBe(0)
  expect(made.at(-1)?.stopped).toBe(true)
})
