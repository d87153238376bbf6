import { expect, test, vi } from 'vitest'
import { patienceMs } from '../../e2e/support/until.ts'
import { libraryQuerySchema, type LibraryItem, type LibraryQuery } from '../../shared/domain/library.ts'
import { LibraryWindows, type FetchWindow } from './library-windows.ts'

const all = libraryQuerySchema.parse({})

function item(number: number, title: string): LibraryItem {
  const time = new Date(number * 1_000).toISOString()
  const id = `conv_${String(number).padStart(12, '0')}`
  const rest = { instanceId: null, folder: null, tags: [], messageCount: 1, bytes: 10, costUsd: 0, forkedFrom: null, deletedAt: null }
  return { id, state: 'active', title, createdAt: time, updatedAt: time, deletedByClaudeAt: null, ...rest }
}

/** A list of so many rows whose titles say which state of the list they are from. */
function library(total: number) {
  const held: (() => void)[] = []
  const self = { version: 1, asked: [] as number[], hold: false, release: () => held.splice(0).forEach((go) => go()) }
  const fetch: FetchWindow = async (query: LibraryQuery, { offset, limit }) => {
    self.asked.push(offset)
    const size = query.title === undefined ? total : 3
    const { version } = self
    if (self.hold) await new Promise<void>((resolve) => held.push(resolve))
    const items = Array.from({ length: Math.max(0, Math.min(limit, size - offset)) }, (_, at) =>
      item(offset + at, `v${version} ${query.title ?? ''} ${offset + at}`),
    )
    return { items, offset, total: size, groups: [], messages: size, bytes: 0, revision: version }
  }
  return { self, fetch }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))
const titleAt = (windows: LibraryWindows, index: number) => {
  const row = windows.row(index)
  return row?.kind === 'item' ? row.item.title : null
}

test('only what comes into view is fetched, and each page once', async () => {
  const { self, fetch } = library(100_000)
  const windows = new LibraryWindows(all, fetch, String)
  windows.refresh()
  await settled()
  windows.see(50_010, 50_050)
  windows.see(50_020, 50_060)
  await settled()
  expect(self.asked).toEqual([0, 50_000])
  expect(titleAt(windows, 50_033)).toBe('v1  50033')
  expect(titleAt(windows, 70_000)).toBeNull()
})

test('a changed list replaces what is in view, and older pages when they are seen again', async () => {
  const { self, fetch } = library(1_000)
  const windows = new LibraryWindows(all, fetch, String)
  windows.refresh()
  await settled()
  windows.see(500, 520)
  await settled()
  self.version = 2
  windows.refresh()
  await settled()
  expect(titleAt(windows, 510)).toBe('v2  510')
  windows.see(0, 20)
  await settled()
  expect(titleAt(windows, 5)).toBe('v2  5')
})

test('another list takes the place of the old one at once when it is there, and a late answer does not', async () => {
  const { self, fetch } = library(1_000)
  const windows = new LibraryWindows(all, fetch, String)
  windows.refresh()
  await settled()
  self.hold = true
  windows.see(300, 320)
  windows.show({ ...all, title: 'few' })
  expect(titleAt(windows, 3)).toBe('v1  3')
  self.hold = false
  self.release()
  await settled()
  expect(windows.store.getState()).toMatchObject({ total: 3, query: { title: 'few' } })
  expect(titleAt(windows, 0)).toBe('v1 few 0')
})

test('what a dragged bar flies past is not fetched, and the place where it stops is', async () => {
  const { self, fetch } = library(100_000)
  const windows = new LibraryWindows(all, fetch, String)
  windows.refresh()
  await settled()
  for (let at = 0; at < 90_000; at += 500) windows.see(at, at + 20)
  await vi.waitFor(() => expect(titleAt(windows, 89_510)).toBe('v1  89510'), patienceMs)
  expect(self.asked.length).toBeLessThan(10)
})
