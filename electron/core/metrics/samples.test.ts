import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SampleFiles } from './sample-files.ts'
import type { Look } from './samples.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bullpen-samples-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const begin = Date.parse('2026-03-01T00:00:00.000Z')
const hour = 3_600_000

/** A day on which the queue is as long as the hour is late, and one of two instances works. */
function fill(files: SampleFiles): void {
  for (let at = begin; at < begin + 24 * hour; at += 60_000) files.add(lookAt(at))
}

function lookAt(at: number): Look {
  const queued = Math.floor((at - begin) / hour)
  const one = { id: 'inst_000000000001', name: 'One', state: 'busy' as const, memoryMb: 100 + queued, cpuPercent: 50 }
  const two = { id: 'inst_000000000002', name: 'Two', state: 'idle' as const, memoryMb: 80, cpuPercent: null }
  const topics = queued < 12 ? [] : [{ name: 'inbox', waiting: queued, taken: 1, dead: 0, inPerMinute: 2.5, donePerMinute: 0 }]
  return { at, queued, spares: 1, instances: [one, two], topics }
}

const day = { from: new Date(begin).toISOString(), to: new Date(begin + 24 * hour).toISOString(), points: 24 }

test('looks become averages over time, by instance and in all', () => {
  const files = new SampleFiles(folder)
  fill(files)
  const series = files.series(day, begin + 24 * hour)
  expect(series.at).toHaveLength(24)
  expect(series.queued).toEqual(Array.from({ length: 24 }, (_, index) => index))
  expect(series.states.busy.every((count) => count === 1)).toBe(true)
  expect(series.instances.map(({ name }) => name).toSorted()).toEqual(['One', 'Two'])
  expect(series.instances.find(({ name }) => name === 'One')?.memoryMb[5]).toBe(105)
  expect(series.instances.find(({ name }) => name === 'Two')?.cpuPercent[5]).toBeNull()
  const { topics } = files.topics(day, begin + 24 * hour)
  expect(topics).toMatchObject([
    { topic: 'inbox', taken: [...Array.from({ length: 12 }, () => null), ...Array.from({ length: 12 }, () => 1)] },
  ])
  expect(topics[0]?.waiting.slice(11)).toEqual([null, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23])
  expect(topics[0]?.inPerMinute.at(-1)).toBe(2.5)
  expect(files.topics({ ...day, topic: 'other' }, begin + 24 * hour).topics).toEqual([])
  expect(series.memoryMb[5]).toBe(185)
  expect(files.series({ ...day, instanceId: 'inst_000000000002' }, begin).instances.map(({ name }) => name)).toEqual(['Two'])
})

test('older looks are joined, and say the same', async () => {
  const files = new SampleFiles(folder)
  fill(files)
  const before = files.series(day, begin + 24 * hour)
  for (const days of [4, 40, 400]) {
    files.tend(begin + days * 24 * hour)
    expect(await readdir(folder)).toHaveLength(1)
    const after = new SampleFiles(folder).series(day, begin + 24 * hour)
    expect(after.queued).toEqual(before.queued)
    expect(after.instances).toEqual(before.instances)
    expect(after.queuedMost).toEqual(before.queuedMost)
  }
  expect(await readdir(folder)).toEqual(['2026-03-01.3600s.jsonl'])
})

test('a line that is damaged costs nothing but itself; where nobody looked there is nothing', async () => {
  const files = new SampleFiles(folder)
  files.add(lookAt(begin))
  await appendFile(path.join(folder, '2026-03-01.10s.jsonl'), '{"at":1,"sec')
  const series = new SampleFiles(folder).series(day, begin + 24 * hour)
  expect(series.queued[0]).toBe(0)
  expect(series.queued.slice(1).every((count) => count === null)).toBe(true)
})
