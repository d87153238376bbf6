import { expect, it } from 'vitest'
import { readDays, readMegabytes, snapshotWords } from './snapshot-words.ts'

it('takes whole numbers within their bounds', () => {
  expect(readDays(' 7 ')).toEqual({ value: 7 })
  expect([readDays(''), readDays('0'), readDays('1.5'), readDays('366')]).toEqual(
    Array.from({ length: 4 }, () => ({ problem: 'Enter whole days from 1 to 365.' })),
  )
  expect(readMegabytes('2048')).toEqual({ value: 2_048 })
  expect(readMegabytes('49')).toEqual({ problem: 'Enter whole megabytes from 50 to 1,000,000.' })
})

it('says what snapshots take now, or why there are none', () => {
  const status = { on: true, git: null, note: null, bytes: 12_300_000, limitMb: 1_024, days: 30, folders: [], folderCount: 1 }
  expect(snapshotWords(status)).toBe('Now: 12.3 MB of 1,024 MB in 1 folder.')
  expect(snapshotWords({ ...status, on: false })).toBe('Now: off. Earlier snapshots use 12.3 MB of 1,024 MB in 1 folder.')
  expect(snapshotWords({ ...status, folderCount: 0 })).toBe('Now: none yet.')
  expect(snapshotWords({ ...status, note: 'git was not found.' })).toBe('git was not found.')
})
