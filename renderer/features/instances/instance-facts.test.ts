import { expect, test } from 'vitest'
import { sampleConversation, sampleInstance } from '../../../e2e/support/samples.ts'
import { adviceFor } from './instance-advice.ts'
import { instanceFacts } from './instance-facts.ts'

const at = '2026-01-01T00:00:00.000Z'
const now = Date.parse(at) + 65_000
const instance = sampleInstance({ createdAt: at })
const talk = sampleConversation({
  instanceId: instance.id,
  sessionId: 'abc',
  messageCount: 2,
  turnCount: 1,
  usage: { input: 900, output: 50, cacheRead: 100, cacheWrite: 0 },
  costUsd: 0.5,
})

test('an instance that rests says only what is so', () => {
  expect(read({})).toMatchObject({ Process: 'none', Folder: '~/docs', Conversations: 'none yet', Model: 'Claude Code’s default' })
  expect(Object.keys(read({}))).not.toContain('Activity')
  expect(Object.keys(read({}))).not.toContain('Cost')
})

test('one at work says what, for how long, and in which process', () => {
  const process = { pid: 7, origin: 'resumed' as const, memoryMb: 120.4, cpuPercent: 3, startedAt: at }
  expect(read({ process, busySince: at, activity: 'Running tests', queued: 2, approvals: 1 })).toMatchObject({
    Activity: 'Running tests · 1:05',
    Approvals: '1',
    'Queued messages': '2',
    Process: '7 · resumed session',
    Uptime: '1 min 5 s',
    Memory: '120 MB including tools',
  })
})

test('what it has done is summed, and a price that is not known is not called nothing', () => {
  const free = { ...talk, id: 'conv_000000000002', costUsd: null }
  expect(read({ conversationId: talk.id }, [talk])).toMatchObject({
    Cost: '$0.50',
    Session: 'abc',
    'Tokens in / out': '1k / 50',
  })
  expect(read({}, [talk, free])).toMatchObject({ Conversations: '2 · 2 turns', Cost: '$0.50 plus turns of unknown cost' })
  expect(read({}, [free])).toMatchObject({ Cost: 'cost unknown' })
  expect(read({}, [talk], false)).toMatchObject({ Conversations: 'at least 1 · 1 turn', Cost: 'at least $0.50' })
})

test('names of the environment are shown, its values are not', () => {
  expect(JSON.stringify(read({ env: { TOKEN: 'hidden' } }))).not.toContain('hidden')
})

test('a failure leads with what mends it', () => {
  const first = (code: string) => adviceFor({ code }).remedies[0]
  expect(['NOT_LOGGED_IN', 'CLAUDE_MISSING', 'FOLDER_MISSING', 'CLAUDE_EXITED', 'SOMETHING_NEW'].map(first)).toEqual([
    'sign-in',
    'settings',
    'edit',
    'restart',
    'restart',
  ])
})

function read(part: Partial<typeof instance>, conversations: (typeof talk)[] = [], complete = true): Record<string, string> {
  const groups = instanceFacts({ ...instance, ...part }, { now, home: '/home/me', conversations, complete })
  return Object.fromEntries(groups.flatMap(({ facts }) => facts.map(({ name, value }) => [name, value])))
}
