import { expect, test } from 'vitest'
import { cpuSeconds, pssMb, treeUsage } from './tree-usage.ts'

test('memory is the share that Linux says, and nothing where it says nothing', () => {
  const rollup = '55d0-7ffe ---p 00000000 00:00 0  [rollup]\nRss:  188416 kB\nPss:              102400 kB\nPss_Anon: 7 kB\n'
  expect(pssMb(rollup)).toBe(100)
  expect(pssMb('')).toBeNull()
})

test('processor time is that of the process and of its ended children, whatever its name', () => {
  const stat = '42 (a) b (c) S 1 42 42 0 -1 4194304 100 0 0 0 150 50 25 75 20 0 8 0 100 0 0'
  expect(cpuSeconds(stat)).toBe(3)
  expect(cpuSeconds('')).toBeNull()
  expect(cpuSeconds('42 (gone')).toBeNull()
})

test('this very process has both', async () => {
  const usage = await treeUsage(process.pid, 'no such marker')
  expect(usage.memoryMb).toBeGreaterThan(10)
  expect(usage.cpuSeconds).toBeGreaterThan(0)
})
