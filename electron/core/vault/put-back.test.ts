import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { putBack } from './put-back.ts'
import { deletedAt, retentionDays } from './retention.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bullpen-back-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

it('puts a file where it was, as new, and leaves nothing beside it', async () => {
  await writeFile(join(root, 'copy'), 'all of it')
  await utimes(join(root, 'copy'), 1, 1)
  const original = join(root, 'a', 'b', 'session.jsonl')
  expect(await putBack({ path: join(root, 'copy'), compressed: false }, original)).toBe(true)
  expect(await readFile(original, 'utf8')).toBe('all of it')
  expect(await readdir(join(root, 'a', 'b'))).toEqual(['session.jsonl'])
  // With its old time, Claude Code would delete it again at once.
  expect((await stat(original)).mtimeMs).toBeGreaterThan(Date.now() - 60_000)
})

it('never touches what is there, however many try at once', async () => {
  await writeFile(join(root, 'copy'), 'ours')
  await writeFile(join(root, 'there'), 'theirs')
  expect(await putBack({ path: join(root, 'copy'), compressed: false }, join(root, 'there'))).toBe(false)
  expect(await readFile(join(root, 'there'), 'utf8')).toBe('theirs')
  const tries = await Promise.all(
    Array.from({ length: 8 }, () => putBack({ path: join(root, 'copy'), compressed: false }, join(root, 'new'))),
  )
  expect(tries.filter(Boolean)).toHaveLength(1)
  expect((await readdir(root)).toSorted()).toEqual(['copy', 'new', 'there'])
})

it('knows how long Claude Code keeps a transcript: as managed, else as the user has it, else 30 days', async () => {
  const managed = join(root, 'managed')
  expect(await retentionDays(root, managed)).toBe(30)
  await writeFile(join(root, 'settings.json'), '{"cleanupPeriodDays": 90, "model": "opus"}')
  expect(await retentionDays(root, managed)).toBe(90)
  await mkdir(join(managed, 'managed-settings.d'), { recursive: true })
  await writeFile(join(managed, 'managed-settings.json'), '{"cleanupPeriodDays": 7}')
  expect(await retentionDays(root, managed)).toBe(7)
  await writeFile(join(managed, 'managed-settings.d', '10-days.json'), '{"cleanupPeriodDays": 3}')
  expect(await retentionDays(root, managed)).toBe(3)
  await writeFile(join(root, 'settings.json'), '{"cleanupPeriodDays": "soon"')
  expect(await retentionDays(root, null)).toBe(30)
  expect(deletedAt(Date.parse('2026-11-01T00:00:00Z'), 30)).toBe('2026-12-01T00:00:00.000Z')
  expect(deletedAt(0, 0)).toBeNull()
})
