import { expect, test } from 'vitest'
import { healthSchema, type Health } from '../../shared/domain/health.ts'
import { bannersOf, claudeWords, guideFor } from './health-words.ts'

const well: Health = healthSchema.parse({
  version: '1',
  startedAt: '2026-01-01T00:00:00.000Z',
  uptimeSeconds: 1,
  claude: { path: '/bin/claude', version: '2.1.0', source: 'path', loggedIn: true, account: 'me@example.org', heldBack: [] },
  demo: false,
  shell: 'web',
  platform: { os: 'linux', canFreeze: true, home: '/home/me', separator: '/' },
  dataFolder: '/data',
  storageError: null,
  problems: [],
  reaped: 0,
  core: { loopDelayP99Ms: 1, memoryMb: 1 },
})
const signedOut = { ...well.claude, loggedIn: false, account: null }
const missing = { ...signedOut, path: null, version: null, source: null, error: { code: 'CLAUDE_MISSING', message: 'Not found.' } }

test('when all is well nothing is said', () => {
  expect(bannersOf('open', well)).toEqual([])
  expect(bannersOf('connecting', null)).toEqual([])
})

test('each trouble has its banner, the worst first', () => {
  const storageError = { code: 'DISK_FULL', message: 'The disk is full.' }
  const ids = (health: Health) => bannersOf('lost', health).map(({ id }) => id)
  expect(ids({ ...well, storageError, claude: missing, demo: true })).toEqual(['lost', 'storage', 'claude', 'demo'])
  expect(ids({ ...well, claude: signedOut })).toEqual(['lost', 'signed-out'])
})

test('each problem has a banner of its own, and what is only there to be read can be dismissed', () => {
  const problem = { path: null, at: '2026-01-01T00:00:00.000Z', count: 1 }
  const problems = [
    { ...problem, id: 'file:/data/instances.json', message: 'It was put aside.', dismissible: true },
    { ...problem, id: 'thread:search', message: 'It is started again.', dismissible: false },
  ]
  expect(bannersOf('open', { ...well, problems }).map(({ words, dismisses }) => [words, dismisses])).toEqual([
    ['It was put aside.', 'file:/data/instances.json'],
    ['It is started again.', undefined],
  ])
})

test('a demo never pretends, and says what a sign-in that has come meanwhile still needs', () => {
  expect(bannersOf('open', { ...well, demo: true, claude: signedOut })[0]?.words).toBe('Demo mode: sample answers.')
  expect(bannersOf('open', { ...well, demo: true })[0]?.words).toContain('me@example.org')
})

test('the guide is about what is wrong', () => {
  const title = (claude: Health['claude']) => guideFor({ ...well, claude }).title
  const error = (code: string) => ({ ...missing, error: { code, message: 'x' } })
  expect([title(signedOut), title(missing), title(error('CLAUDE_TOO_OLD')), title(error('CLAUDE_EXITED'))]).toEqual([
    'Sign in to Claude',
    'Get Claude Code',
    'Update Claude Code',
    'Claude Code does not run',
  ])
  expect(guideFor({ ...well, demo: true, claude: signedOut }).steps.at(-1)).toContain('without `--demo`')
})

test('the claude in use is told with where it comes from', () => {
  expect(claudeWords(well.claude)).toBe('Claude Code 2.1.0, found on PATH')
  expect(claudeWords(missing)).toBe('Claude Code was not found.')
})
