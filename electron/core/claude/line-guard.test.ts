import fc from 'fast-check'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { LineGuard } from './line-guard.ts'

type Passed = { lines: string[]; skipped: number; samples: string[] }

async function pass(chunks: readonly Buffer[]): Promise<Passed> {
  const samples: string[] = []
  const totals: number[] = []
  const guard = new LineGuard((total, sample) => {
    totals.push(total)
    samples.push(sample)
  })
  const output: Buffer[] = []
  for await (const chunk of Readable.from(chunks).pipe(guard)) if (Buffer.isBuffer(chunk)) output.push(chunk)
  expect(totals).toEqual(samples.map((_, index) => index + 1))
  const text = Buffer.concat(output).toString('utf8')
  expect(text === '' || text.endsWith('\n')).toBe(true)
  return { lines: text.split('\n').slice(0, -1), skipped: samples.length, samples }
}

/** The same bytes in pieces of these sizes, over and over. */
function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = []
  for (let from = 0, turn = 0; from < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? bytes.length
    chunks.push(bytes.subarray(from, from + size))
    from += size
  }
  return chunks
}

const message = fc
  .record({ type: fc.string(), text: fc.string({ unit: 'binary' }) })
  .map((value) => ({ good: true, line: Buffer.from(JSON.stringify(value)) }))
const noise = fc
  .oneof(
    fc.uint8Array({ minLength: 1, maxLength: 60 }).map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0x0a ? 0xff : byte)))),
    fc.json().map((text) => Buffer.from(text)),
    fc.constantFrom('{"type":7}', '{"type":"torn', '[]', 'null', ' ', '\r', '{}').map((text) => Buffer.from(text)),
    fc.constant(Buffer.from([...Buffer.from('{"type":"a","text":"'), 0xc3, 0x28, ...Buffer.from('"}')])),
  )
  .map((line) => ({ good: false, line }))
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })

test('whatever comes in whatever pieces: messages pass unchanged and in order, every other line is counted', async () => {
  const lines = fc.array(fc.oneof(message, noise), { maxLength: 100 })
  await fc.assert(
    fc.asyncProperty(lines, sizes, fc.boolean(), async (all, pieces, open) => {
      const text = all.map(({ line }) => line.toString('latin1')).join('\n') + (open ? '' : '\n')
      const passed = await pass(cut(Buffer.from(text, 'latin1'), pieces))
      expect(passed.lines).toEqual(all.filter(({ good }) => good).map(({ line }) => line.toString('utf8')))
      expect(passed.skipped).toBe(all.filter(({ good }) => !good).length)
    }),
    { numRuns: 200 },
  )
})

test('of ten thousand damaged lines each is counted, and the messages between them arrive', async () => {
  const good = (index: number) => `{"type":"assistant","index":${index}}`
  const damaged = fc.sample(noise, { numRuns: 10_000, seed: 7 }).map(({ line }) => line)
  const bytes = damaged.flatMap((line, index) => [line, Buffer.from(`\n${index % 100 === 0 ? `${good(index)}\n` : ''}`)])
  const passed = await pass(cut(Buffer.concat(bytes), [65_536]))
  expect(passed.skipped).toBe(10_000)
  expect(passed.lines).toEqual(Array.from({ length: 100 }, (_, index) => good(index * 100)))
})

test('a sign that is cut in two by a chunk arrives whole', async () => {
  const line = '{"type":"text","text":"naïve 😀"}'
  expect((await pass(cut(Buffer.from(`${line}\n`), [1]))).lines).toEqual([line])
})

test.each([
  ['in pieces', 1_048_576],
  ['at once', 64 * 1_048_576],
])('a line without an end, %s, is counted once and what follows it arrives', async (_, size) => {
  const long = Buffer.alloc(34 * 1_048_576, 'x')
  const passed = await pass([...cut(long, [size]), Buffer.from('\n{"type":"next"}\n')])
  expect(passed).toEqual({ lines: ['{"type":"next"}'], skipped: 1, samples: ['x'.repeat(200)] })
})
