import { expect, it } from 'vitest'
import type { VaultSession } from '../../../shared/domain/vault.ts'
import { fateSentence, fateTone, fateWords } from './vault-words.ts'

const now = Date.parse('2026-11-21T12:00:00Z')
const session = (isInClaude: boolean, deletedByClaudeAt: string | null): VaultSession => ({
  sessionId: 's',
  source: 'claude',
  title: 't',
  cwd: null,
  model: null,
  messageCount: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  bytes: 1,
  isInClaude,
  deletedByClaudeAt,
  parentSessionId: null,
  conversationId: null,
  costUsd: null,
  agentsOnly: false,
  agentCount: 0,
  damagedLines: 0,
  versions: 0,
  inTrash: false,
})

it('says when Claude Code deletes a session, and how urgent that is', () => {
  const told = [
    session(false, null),
    session(true, null),
    session(true, '2026-11-21T11:00:00.000Z'),
    session(true, '2026-11-22T11:00:00.000Z'),
    session(true, '2026-12-20T12:00:00.000Z'),
  ].map((one) => [fateWords(one, now), fateTone(one, now)])
  expect(told).toEqual([
    ['only in vault', 'gone'],
    ['kept', 'calm'],
    ['on next launch', 'soon'],
    ['in 1 day', 'soon'],
    ['in 29 days', 'calm'],
  ])
})

it('has a sentence for each', () => {
  expect(fateSentence(session(false, null), now)).toContain('restore it')
  expect(fateSentence(session(true, '2026-11-01T00:00:00.000Z'), now)).toContain('next time it starts')
  expect(fateSentence(session(true, '2026-12-20T12:00:00.000Z'), now)).toContain('2026')
})
