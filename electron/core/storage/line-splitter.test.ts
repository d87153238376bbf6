import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LineSplitter, type SplitLine } from './line-splitter.ts'
import { textLines } from './text-lines.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-lines-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function all(lines: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = []
  for await (const line of lines) found.push(line)
  return found
}

function split(text: string, cuts: readonly number[], mostBytes: number): SplitLine[] {
  const bytes = Buffer.from(text)
  const splitter = new LineSplitter({ mostBytes })
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length]
  const lines = places.slice(1).flatMap((end, index) => {
    // The same memory for every chunk, as a caller does who reads in a loop.
    const chunk = Buffer.from(bytes.subarray(places[index] ?? 0, end))
    const made = splitter.take(chunk, { reused: true }).map((line) => ({ ...line, bytes: line.bytes && Buffer.from(line.bytes) }))
    chunk.fill(0x78)
    return made
  })
  const rest = splitter.rest()
  return rest ? [...lines, rest] : lines
}

test('however it is cut into chunks, every line is where it was, whole or left out as too long', () => {
  const text = fc.array(fc.oneof(fc.constant('\n'), fc.string({ unit: 'grapheme', maxLength: 30 }))).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, fc.array(fc.nat(500), { maxLength: 8 }), fc.integer({ min: 1, max: 40 }), (whole, cuts, most) => {
      const bytes = Buffer.from(whole)
      const lines = split(whole, cuts, most)
      const expected = whole.split('\n')
      if (expected.at(-1) === '') expected.pop()
      expect(lines.map(({ length }) => length)).toEqual(expected.map((line) => Buffer.byteLength(line)))
      for (const [index, { offset, length, bytes: read }] of lines.entries()) {
        expect(bytes.toString('utf8', offset, offset + length)).toBe(expected[index])
        expect(read?.toString('utf8') ?? null).toBe(length > most ? null : expected[index])
      }
    }),
  )
})

test('plain or compressed, with either line end, the same lines are read', async () => {
  const lines = ['one', '', 'two \u{1f409}', 'last without its end']
  const plain = join(folder, 'a.jsonl')
  const packed = join(folder, 'a.jsonl.gz')
  await writeFile(plain, lines.join('\r\n'))
  await writeFile(packed, gzipSync(lines.join('\n')))
  expect(await all(textLines(plain))).toEqual(lines)
  expect(await all(textLines(packed, true))).toEqual(lines)
  await writeFile(packed, gzipSync(lines.join('\n')).subarray(0, 20))
  await expect(all(textLines(packed, true))).rejects.toThrow(/end of file/)
  await expect(all(textLines(join(folder, 'none')))).rejects.toThrow('ENOENT')
})
