import { expect, test } from 'vitest'
import { sampleItem } from '../../../e2e/support/sample-runs.ts'
import { ItemWindows, itemsPage, type FetchItems } from './item-windows.ts'

const settled = () => new Promise((resolve) => setImmediate(resolve))

/** A fan-out of so many items of which every tenth has failed. */
function fanOut(total: number) {
  const self = { version: 1, asked: [] as string[], failing: false }
  const fetch: FetchItems = async ({ state, q }, { cursor, limit }) => {
    self.asked.push(`${state} ${q} ${cursor}`)
    if (self.failing) throw new Error('lost')
    const items = []
    let at = Number(cursor)
    for (; at < total && items.length < limit; at += 1) {
      const isFailed = at % 10 === 0
      if (state === 'all' || isFailed === (state === 'failed')) items.push(sampleItem(at, { label: `v${self.version} ${at}` }))
    }
    return { items, nextCursor: at < total ? String(at) : null }
  }
  return { self, windows: new ItemWindows(total, fetch, String) }
}

test('of all items only what comes into view is fetched, wherever it is', async () => {
  const { self, windows } = fanOut(10_000)
  windows.see(0, 20)
  windows.see(7_050, 7_110)
  windows.see(7_060, 7_120)
  await settled()
  expect(self.asked).toEqual(['all  0', 'all  7000', 'all  7100'])
  expect([windows.row(7_099)?.label, windows.row(5_000)]).toEqual(['v1 7099', null])
  expect(windows.store.getState().rows).toBe(10_000)
})

test('what a filter leaves is found page by page, to its end', async () => {
  const { self, windows } = fanOut(2_500)
  windows.show({ state: 'failed', q: '' })
  await settled()
  expect(windows.store.getState().rows).toBe(itemsPage)
  windows.see(80, 99)
  await settled()
  windows.see(180, 199)
  await settled()
  expect(windows.store.getState().rows).toBe(250)
  expect(windows.row(249)?.index).toBe(2_490)
  expect(self.asked).toHaveLength(3)
})

test('while it runs what is in view is read again and stays on show until then; an answer to an older question is dropped', async () => {
  const { self, windows } = fanOut(1_000)
  windows.see(0, 20)
  await settled()
  windows.see(500, 520)
  await settled()
  self.version = 2
  windows.refresh(1_200)
  expect(windows.row(500)?.label).toBe('v1 500')
  await settled()
  expect([windows.row(500)?.label, windows.row(0), windows.store.getState().rows]).toEqual(['v2 500', null, 1_200])
  windows.show({ state: 'done', q: '' })
  windows.show({ state: 'failed', q: '' })
  await settled()
  expect(windows.row(1)?.index).toBe(10)
})

test('what cannot be read says so, and is asked for again with the next change', async () => {
  const { self, windows } = fanOut(50)
  self.failing = true
  windows.see(0, 20)
  await settled()
  expect(windows.store.getState().problem).toContain('lost')
  self.failing = false
  windows.refresh(50)
  await settled()
  expect([windows.store.getState().problem, windows.row(3)?.index]).toEqual([null, 3])
})
