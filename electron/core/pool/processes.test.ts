import { Controls } from '../claude/controls.ts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { poolPolicySchema, type PoolLogEntry, type PoolPolicyPatch } from '../../../shared/domain/pool.ts'
import type { ClaudeListener } from '../claude/claude-event.ts'
import type { ParkedClaude } from '../claude/claude-process.ts'
import { InstanceSet } from './instance-set.ts'
import { PoolProcesses } from './processes.ts'

let readable: boolean
let patch: PoolPolicyPatch
let notes: Omit<PoolLogEntry, 'at'>[]
let processes: PoolProcesses
beforeEach(() => {
  vi.useFakeTimers()
  readable = true
  patch = { memoryLimitMb: 300, spares: 1 }
  notes = []
  processes = new PoolProcesses({
    instances: new InstanceSet(),
    policy: () => poolPolicySchema.parse(patch),
    start: async (_config, listener) => spareOf(listener),
    park: async (_config, listener) => spareOf(listener),
    follow: async (cwd) => cwd,
    clock: { now: () => performance.now() },
    onMeasured: () => {},
    onChange: () => {},
    note: (entry) => void notes.push(entry),
  })
})
afterEach(async () => {
  await processes.close()
  vi.useRealTimers()
})

/** A process that says what it uses only while it can be read. */
function spareOf(listener: ClaudeListener): ParkedClaude {
  return {
    pid: 7,
    startedAt: new Date(),
    sessionId: null,
    elsewhere: null,
    controls: new Controls(() => null),
    send: () => {},
    prime: async () => {},
    isCurrent: async () => true,
    canClear: async () => false,
    clear: async () => false,
    hasHeld: () => false,
    interrupt: async () => {},
    stopTask: async () => {},
    isSuspended: async () => false,
    freeze: async () => {},
    thaw: async () => {},
    claim: async () => {},
    usage: async () => ({ memoryMb: readable ? 90 : null, cpuSeconds: 1 }),
    stop: async () => {
      const exit = { expected: true, exitCode: 0, signal: null, stderrTail: '', error: null }
      listener.onExit(exit)
      return exit
    },
  }
}

const config = {
  cwd: '/a',
  permissionMode: 'default' as const,
  allowedTools: [],
  disallowedTools: [],
  mcpServers: {},
  addDirs: [],
  env: {},
}
async function warm(): Promise<void> {
  processes.spares.expect(config)
  processes.spares.tend()
  await vi.advanceTimersByTimeAsync(5_000)
}

test('memory that cannot be read disables the budget and nothing else, with a line that says so, until it can be read again', async () => {
  readable = false
  await warm()
  expect(processes.figures()).toMatchObject({ memoryState: 'unreadable', memoryLimitMb: null, memoryMb: null, sparesReady: 2 })
  expect(notes).toMatchObject([{ act: 'budget-off', instanceId: null }])
  readable = true
  await vi.advanceTimersByTimeAsync(120_000)
  expect(processes.figures()).toMatchObject({ memoryState: 'measured', memoryLimitMb: 300, memoryMb: 180, spareMemoryMb: 180 })
  expect(notes.map(({ act }) => act)).toEqual(['budget-off', 'budget-on'])
})

test('spares count into the memory, are not started where none fits, and are given up when a process has to start', async () => {
  patch = { memoryLimitMb: 200, spares: 5 }
  await warm()
  expect(processes.figures()).toMatchObject({ sparesReady: 1, spareMemoryMb: 90 })
  patch = { memoryLimitMb: 120, spares: 5 }
  const leave = await processes.room.enter({ onWait: () => {} })
  expect(processes.spares.ready).toBe(0)
  expect(notes).toMatchObject([{ act: 'spare-ended' }])
  leave()
})

test('side questions count as measured; an idle one gives up its process before a spare goes, one that answers keeps it', async () => {
  patch = { memoryLimitMb: 900, spares: 1 }
  await warm()
  const gone: string[] = []
  const admit = async (name: string, isIdle: boolean) => {
    const letGo = async () => {
      gone.push(name)
      stay.left()
    }
    const stay = await processes.admit({ isIdle: () => isIdle, letGo }, new AbortController().signal)
    stay.started({ pid: 8, usage: async () => ({ memoryMb: 100, cpuSeconds: 1 }) })
  }
  await admit('busy', false)
  await admit('idle', true)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(processes.figures()).toMatchObject({ sparesReady: 2, memoryMb: 380 })
  patch = { memoryLimitMb: 400, spares: 1 }
  const leave = await processes.room.enter({ onWait: () => {} })
  expect(gone).toEqual(['idle'])
  expect(processes.figures()).toMatchObject({ sparesReady: 2, memoryMb: 280 })
  expect(notes).toMatchObject([{ act: 'aside-ended', instanceName: 'An idle side question' }])
  const second = await processes.room.enter({ onWait: () => {} })
  expect(gone).toEqual(['idle'])
  expect(processes.figures().sparesReady).toBeLessThan(2)
  leave()
  second()
})
