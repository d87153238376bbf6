import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AppendLog } from './append-log.ts'
import { readLines, readPlaces } from './read-lines.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-log-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function textsOf(path: string): Promise<(string | null)[]> {
  const texts: (string | null)[] = []
  for await (const lines of readLines(path)) texts.push(...lines.map(({ text }) => text))
  return texts
}

test('whatever is appended at once, in groups or after a reopening is read back in order, and each at its place', async () => {
  const line = fc.string({ minLength: 1, unit: 'grapheme' }).map((text) => JSON.stringify(text))
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(line, { maxLength: 20 }), { maxLength: 5 }), async (sessions) => {
      const path = join(folder, `${(run += 1)}.jsonl`)
      const places: { offset: number; length: number }[] = []
      for (const lines of sessions) {
        const log = new AppendLog(path)
        places.push(...(await Promise.all(lines.map((text, index) => log.append(text, { sync: index === 0 })))))
        await log.close()
      }
      const all = sessions.flat()
      if (all.length === 0) return
      expect(await textsOf(path)).toEqual(all)
      expect(await readPlaces(path, places)).toEqual(all)
    }),
    { numRuns: 40 },
  )
})

test('a torn last line is kept beside; one that only lacks its end stays', async () => {
  const path = join(folder, 'torn.jsonl')
  const torn = `{"torn":"${'x'.repeat(200_000)}`
  for (const [before, after] of [
    [`{"whole":1}\n${torn}`, '{"whole":1}\n{"new":2}\n'],
    ['{"whole":1}', '{"whole":1}\n{"new":2}\n'],
  ] as const) {
    await writeFile(path, before)
    const log = new AppendLog(path)
    await log.append('{"new":2}', { sync: true })
    await log.close()
    expect(await readFile(path, 'utf8')).toBe(after)
  }
  expect(await readFile(`${path}.torn`, 'utf8')).toBe(`${torn}\n`)
})

test('lines longer than one read, and lines that are not UTF-8', async () => {
  const path = join(folder, 'long.jsonl')
  const long = JSON.stringify('x'.repeat(700_000))
  await writeFile(path, Buffer.concat([Buffer.from(`${long}\n`), Buffer.from([0xff, 0xfe, 0x0a]), Buffer.from('"end"')]))
  expect(await textsOf(path)).toEqual([long, null, '"end"'])
})

test('a full disk is said, leaves nothing of the line, and later lines go on', async () => {
  const log = new AppendLog('/dev/full')
  await expect(log.append('"lost"', { sync: false })).rejects.toMatchObject({ code: 'DISK_FULL' })
  await log.close()
})

test('a folder that may not be written or is gone is an error and not a crash', async () => {
  const log = new AppendLog(join(folder, 'none', 'x.jsonl'))
  await expect(log.append('1', { sync: true })).rejects.toMatchObject({ code: 'DATA_FOLDER_MISSING' })
  await log.close()
  await expect(log.append('1', { sync: true })).rejects.toThrow('closed')
})

test('a line for a file that was deleted meanwhile is refused, not lost unsaid', async () => {
  const path = join(folder, 'deleted.jsonl')
  const log = new AppendLog(path)
  await log.append('1', { sync: true })
  await rm(path)
  await expect(log.append('2', { sync: true })).rejects.toMatchObject({ code: 'DATA_FOLDER_MISSING' })
  await log.close()
})

test('lines that are appended in one turn of the event loop are written at once: all of them, or none', async () => {
  const path = join(folder, 'gone', 'at-once.jsonl')
  const log = new AppendLog(path)
  const lines = ['1', '2', '3']
  const failed = await Promise.allSettled(lines.map((line) => log.append(line, { sync: line === '3' })))
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  await mkdir(join(folder, 'gone'))
  const places = await Promise.all(lines.map((line) => log.append(line, { sync: line === '3' })))
  expect(places.map(({ offset }) => offset)).toEqual([0, 2, 4])
  await log.close()
  expect(await textsOf(path)).toEqual(lines)
})

test('a line that is to be on the disk takes those along that were written before it and are not', async () => {
  const log = new AppendLog(join(folder, 'mixed.jsonl'))
  for (const [index, sync] of [true, false, true, true, false, false, true].entries()) await log.append(String(index), { sync })
  await log.close()
  const again = new AppendLog(join(folder, 'mixed.jsonl'))
  await again.append('7', { sync: true })
  await again.append('8', { sync: true })
  await again.close()
  expect(await textsOf(join(folder, 'mixed.jsonl'))).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8'])
})
