import { expect, test } from 'vitest'
import type { ClaudeExit, ClaudeListener } from '../claude/claude-event.ts'
import type { ClaudeProcess, LaunchConfig } from '../claude/claude-process.ts'
import { Controls } from '../claude/controls.ts'
import { ProcessHolder } from './process-holder.ts'

const config: LaunchConfig = { cwd: '/a', allowedTools: [], disallowedTools: [], mcpServers: {}, addDirs: [], env: {} }

/** A process that never answers when it is to begin another session, until it is ended. */
function hangingProcess(listener: ClaudeListener, onClear: () => void): ClaudeProcess {
  const ended = Promise.withResolvers<false>()
  return {
    pid: 7,
    startedAt: new Date(),
    sessionId: 'first',
    elsewhere: null,
    controls: new Controls(() => null),
    send: () => {},
    prime: async () => {},
    isCurrent: async () => true,
    canClear: async () => true,
    clear: () => {
      onClear()
      return ended.promise
    },
    hasHeld: () => true,
    interrupt: async () => {},
    stopTask: async () => {},
    isSuspended: async () => false,
    freeze: async () => {},
    thaw: async () => {},
    usage: async () => null,
    stop: async () => {
      const exit: ClaudeExit = { expected: true, exitCode: 0, signal: null, stderrTail: '', error: null }
      ended.resolve(false)
      listener.onExit(exit)
      return exit
    },
  }
}

test('a process that hangs while it begins another session is ended as soon as it is stopped, and no other takes its place', async () => {
  let launched = 0
  const cleared = Promise.withResolvers<void>()
  const holder = new ProcessHolder(
    async (_config, listener) => {
      launched += 1
      return { process: hangingProcess(listener, () => cleared.resolve()), origin: 'cold' }
    },
    { now: () => 0 },
    {
      onEvent: () => {},
      onPermission: async () => ({ behavior: 'deny', message: 'No.', interrupt: false }),
      denies: async () => false,
      onLost: () => {},
      onGone: () => {},
      stays: () => false,
      onElsewhere: async () => {},
      own: () => ({}),
      onChange: () => {},
    },
  )
  expect(await holder.ensure({ conversationId: 'conv_1', config })).toBe('cold')
  const next = holder.ensure({ conversationId: 'conv_2', config })
  await cleared.promise
  const refused = next.catch((thrown: unknown) => thrown)
  await holder.stop()
  expect(await refused).toMatchObject({ code: 'STATE_CONFLICT' })
  expect(launched).toBe(1)
  expect(holder.held).toBeNull()
})
