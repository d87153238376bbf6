import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { spentBefore } from './spent-before.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-spent-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const stateOf = (costUSD: number) => ({
  type: 'cost-state',
  totalCostUSD: costUSD,
  modelUsage: {
    opus: { inputTokens: 1, outputTokens: 0, cacheReadInputTokens: 0, cacheCreationInputTokens: 0, webSearchRequests: 0, costUSD },
  },
})
const lineArbitrary = fc.oneof(
  fc.nat(1_000).map((cost) => ({ cost, text: JSON.stringify(stateOf(cost)) })),
  fc.integer({ min: 1, max: 400_000 }).map((length) => ({ cost: null, text: JSON.stringify({ type: 'user', text: 'é'.repeat(length) }) })),
  fc
    .constantFrom('', '{"type":"cost-state"', '{"type":"cost-state","totalCostUSD":-1}', '{"type":"user","text":"\\"cost-state\\""}')
    .map((text) => ({
      cost: null,
      text,
    })),
)

test('the last whole sum of a transcript is found, wherever it stands and whatever stands around it', async () => {
  const path = join(folder, 'session.jsonl')
  await fc.assert(
    fc.asyncProperty(fc.array(lineArbitrary, { maxLength: 12 }), fc.boolean(), async (lines, ends) => {
      await writeFile(path, lines.map(({ text }) => text).join('\n') + (ends ? '\n' : ''))
      const wanted = lines.findLast(({ cost }) => cost !== null)?.cost
      const found = await spentBefore(path)
      expect(found?.['opus']?.costUSD).toBe(wanted ?? undefined)
      expect(found).not.toBeNull()
    }),
    { numRuns: 60 },
  )
})

test('what cannot be read is not known', async () => {
  expect(await spentBefore(null)).toBeNull()
  expect(await spentBefore(join(folder, 'gone.jsonl'))).toBeNull()
})
