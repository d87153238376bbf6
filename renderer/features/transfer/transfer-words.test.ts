import { expect, test } from 'vitest'
import type { Transfer } from '../../../shared/domain/transfer.ts'
import { formatBytes, joinReports, reportWords, shareDone } from './transfer-words.ts'

const transfer = (change: Partial<Transfer>): Transfer => ({
  id: 'xfer_000000000000',
  kind: 'import',
  state: 'running',
  about: 'x',
  done: 0,
  total: null,
  bytes: 0,
  totalBytes: null,
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: null,
  error: null,
  file: null,
  report: null,
  ...change,
})
const item = (outcome: 'taken' | 'duplicate' | 'refused') => ({ from: 'f', title: null, outcome, reason: '', conversationId: null })

test('several imports read as one, what needs a look first', () => {
  const one = { taken: 1, duplicates: 1, refused: 0, messages: 4, items: [item('taken'), item('duplicate')], hidden: 0 }
  const other = { taken: 0, duplicates: 0, refused: 1, messages: 0, items: [item('refused')], hidden: 2 }
  const report = joinReports([transfer({ report: one }), transfer({ report: other })])
  expect(report).toMatchObject({ taken: 1, duplicates: 1, refused: 1, hidden: 2 })
  expect(report.items.map(({ outcome }) => outcome)).toEqual(['refused', 'duplicate', 'taken'])
  expect(reportWords(report)).toBe('1 conversation imported, with 4 messages · 1 was here already · 1 skipped.')
  expect(reportWords(joinReports([]))).toBe('Nothing new to import.')
})

test('how far it is follows the bytes, else the conversations, and is never more than all', () => {
  expect(shareDone([transfer({ bytes: 5, totalBytes: 10 }), transfer({ bytes: 10, totalBytes: 10 })])).toBe(0.75)
  expect(shareDone([transfer({ done: 1, total: 4 })])).toBe(0.25)
  expect(shareDone([transfer({ bytes: 20, totalBytes: 10 })])).toBe(1)
  expect(shareDone([transfer({})])).toBe(null)
  expect([formatBytes(12), formatBytes(1_234), formatBytes(45_000_000)]).toEqual(['12 bytes', '1.2 KB', '45 MB'])
})
