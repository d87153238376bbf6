import { expect, it } from 'vitest'
import type { VaultSession, VaultStatus } from '../../../shared/domain/vault.ts'
import { VaultWindows, type VaultPage, type VaultQuery } from './vault-windows.ts'

const status: VaultStatus = {
  sources: [],
  scan: { running: false, total: 0, done: 0, bytes: 0, finishedAt: null, problem: null },
  sessions: 0,
  deleted: 0,
  endingSoon: 0,
  bytes: 0,
  diskBytes: 0,
  revision: 0,
}
const all: VaultQuery = { state: 'all', q: '', sort: 'newest' }
const session = (sessionId: string): VaultSession => ({
  sessionId,
  source: 'claude',
  title: sessionId,
  cwd: null,
  model: null,
  messageCount: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  bytes: 1,
  isInClaude: true,
  deletedByClaudeAt: null,
  parentSessionId: null,
  conversationId: null,
  costUsd: null,
  agentsOnly: false,
  agentCount: 0,
  damagedLines: 0,
  versions: 0,
  inTrash: false,
})

/** Answers are given by hand, in any order. */
function windowsOver(total: number) {
  const asked: { query: VaultQuery; offset: number; answer: () => void }[] = []
  const fetch = (query: VaultQuery, { offset, limit }: { offset: number; limit: number }): Promise<VaultPage> =>
    new Promise((resolve) => {
      const items = Array.from({ length: Math.min(limit, total - offset) }, (_, index) => session(`${query.q}${offset + index}`))
      asked.push({ query, offset, answer: () => resolve({ items, total, status }) })
    })
  return { windows: new VaultWindows(all, fetch, String), asked }
}

it('fetches what comes into view, once, and knows every row of it', async () => {
  const { windows, asked } = windowsOver(1_000)
  windows.refresh()
  windows.see(0, 20)
  asked[0]?.answer()
  await expect.poll(() => windows.row(7)?.title).toBe('7')
  windows.see(390, 410)
  windows.see(391, 411)
  for (const one of asked.slice(1)) one.answer()
  await expect.poll(() => windows.row(400)?.title).toBe('400')
  expect(asked.map(({ offset }) => offset)).toEqual([0, 300, 400])
})

it('keeps what is shown until another list is there, and takes no late answer of the list before', async () => {
  const { windows, asked } = windowsOver(50)
  windows.refresh()
  asked[0]?.answer()
  await expect.poll(() => windows.row(0)?.title).toBe('0')
  windows.show({ ...all, q: 'a' })
  windows.show({ ...all, q: 'b' })
  expect(windows.row(0)?.title).toBe('0')
  asked[2]?.answer()
  await expect.poll(() => windows.row(0)?.title).toBe('b0')
  asked[1]?.answer()
  await Promise.resolve()
  expect(windows.row(0)?.title).toBe('b0')
})
