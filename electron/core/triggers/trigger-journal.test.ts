import { appendFile, mkdtemp, readFile, realpath, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { DiskWatch } from '../storage/disk-watch.ts'
import { newId } from '../storage/id.ts'
import type { FiringRecord } from './journal-entry.ts'
import { merged, shown } from './payload.ts'
import { TriggerJournal } from './trigger-journal.ts'

let folder: string
let disk: DiskWatch
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'bullpen-journal-')))
  disk = new DiskWatch({ folder })
})
afterEach(async () => {
  disk.close()
  await rm(folder, { recursive: true, force: true })
})

const firing = (key: string): FiringRecord => ({
  id: newId('fire'),
  at: '2026-05-01T00:00:00.000Z',
  dueAt: null,
  key,
  outcome: 'started',
  reason: null,
  runId: null,
  runOutcome: null,
  isOver: false,
  payload: { text: 'x'.repeat(500) },
  inputs: { text: 'y'.repeat(500) },
  depth: 0,
})

it('stays bounded, and knows after that and after a restart what it knew before', async () => {
  const path = join(folder, 'trigger.jsonl')
  const limits = { mostBytes: 20_000, keptFirings: 5 }
  const journal = await TriggerJournal.open(path, { disk, limits })
  const open = firing('open')
  await journal.append({ type: 'fired', firing: open, mark: { branch: 'main', commit: 'abc' } })
  for (let count = 0; count < 60; count += 1) {
    const one = firing(`key-${count}`)
    await journal.append({ type: 'fired', firing: one })
    await journal.append({ type: 'ended', id: one.id, runOutcome: count < 57 ? 'done' : 'failed' })
  }
  const page = await journal.page({ before: null, limit: 3 })
  expect(page.firings.map(({ key }) => key)).toEqual(['key-59', 'key-58', 'key-57'])
  const older = await journal.page({ before: page.firings[2]?.id ?? '', limit: 1 })
  expect(older).toMatchObject({ firings: [{ key: 'key-56', runOutcome: 'done' }], more: true })
  await journal.close()
  expect((await stat(path)).size).toBeLessThan(60_000)
  const again = await TriggerJournal.open(path, { disk, limits })
  for (const { state } of [journal, again]) {
    expect([...state.firings.values()]).toEqual([open])
    expect(state.keys.size).toBe(61)
    expect(state).toMatchObject({ failures: 3, mark: { commit: 'abc' } })
  }
  await again.close()
})

it('with lines that it does not understand keeps them', async () => {
  const path = join(folder, 'trigger.jsonl')
  await appendFile(path, '{"type":"of a newer version"}\n')
  const journal = await TriggerJournal.open(path, { disk, limits: { mostBytes: 10, keptFirings: 1 } })
  for (let count = 0; count < 5; count += 1) await journal.append({ type: 'resumed' })
  await journal.close()
  expect(await readFile(path, 'utf8')).toContain('of a newer version')
})

it('what a firing has to say is shown shortened, and two that become one say both', () => {
  const long = { body: { text: 'x'.repeat(100_000), list: Array.from({ length: 5_000 }, (_, index) => ({ index })) } }
  expect(JSON.stringify(shown(long)).length).toBeLessThan(5_000)
  expect(shown({ small: [1, 'a', null] })).toEqual({ small: [1, 'a', null] })
  const older = { kind: 'files', paths: ['a', 'b'], count: 2, from: '1', to: '2' }
  expect(merged(older, { kind: 'files', paths: ['b', 'c'], count: 2, from: '2', to: '3' })).toEqual({
    kind: 'files',
    paths: ['b', 'c', 'a'],
    count: 3,
    from: '1',
    to: '3',
  })
})
