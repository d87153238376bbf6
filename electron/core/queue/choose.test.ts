import fc from 'fast-check'
import { expect, test } from 'vitest'
import { strategySchema } from '../../../shared/domain/pool.ts'
import { chooseInstance, type Candidate } from './choose.ts'

const candidate = (id: string, load = 0, lastUsedAt = 0, takesWork = true): Candidate => ({ id, name: id, load, lastUsedAt, takesWork })
const policy = { strategy: 'affinity' as const, affinityStrength: 0.5, defaultInstanceId: null }
const base = { policy, known: null, last: null }

test('one that takes no work is never chosen, whatever the strategy, and one is chosen whenever any takes work', () => {
  const any = fc.record({ id: fc.uuid(), load: fc.nat(20), lastUsedAt: fc.nat(), takesWork: fc.boolean() })
  fc.assert(
    fc.property(fc.array(any), fc.constantFrom(...strategySchema.options), fc.nat(), (some, strategy, at) => {
      const candidates = some.map((one) => ({ ...one, name: one.id }))
      const known = candidates[at % (candidates.length || 1)]?.id ?? null
      const chosen = chooseInstance({ candidates, policy: { ...policy, strategy }, known, last: known })
      const open = candidates.filter(({ takesWork }) => takesWork)
      const possible = open.length === 0 ? [undefined] : open.map(({ id }) => id)
      expect(possible).toContain(chosen?.id)
    }),
  )
})

test('round-robin goes through all, and starts again', () => {
  const candidates = ['a', 'b', 'c'].map((id) => candidate(id))
  const seen: string[] = []
  let last: string | null = null
  for (let turn = 0; turn < 7; turn += 1) {
    last = chooseInstance({ ...base, candidates, policy: { ...policy, strategy: 'round-robin' }, last })?.id ?? null
    seen.push(last ?? '')
  }
  expect(seen.join('')).toBe('abcabca')
})

test('least recently used and least busy', () => {
  const candidates = [candidate('a', 1, 5), candidate('b', 0, 9), candidate('c', 3, 1)]
  expect(chooseInstance({ ...base, candidates, policy: { ...policy, strategy: 'least-recently-used' } })?.id).toBe('c')
  expect(chooseInstance({ ...base, candidates, policy: { ...policy, strategy: 'least-busy' } })?.id).toBe('b')
})

test('affinity goes back to who knows it, unless that one has far more to do', () => {
  const free = candidate('free')
  expect(chooseInstance({ ...base, candidates: [free, candidate('knows', 3)], known: 'knows' })?.id).toBe('knows')
  expect(chooseInstance({ ...base, candidates: [free, candidate('knows', 4)], known: 'knows' })).toMatchObject({
    id: 'free',
    reason: expect.stringContaining('4 turns') as unknown,
  })
  const weak = { ...policy, affinityStrength: 0 }
  expect(chooseInstance({ ...base, policy: weak, candidates: [free, candidate('knows', 1)], known: 'knows' })?.id).toBe('free')
})

test('of 500 asks over 20 pairs and 6 instances nearly all land where the pair is known', () => {
  const loads = new Map(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => [id, 0]))
  const known = new Map<string, string>()
  const running: string[] = []
  let hits = 0
  for (let ask = 0; ask < 500; ask += 1) {
    const pair = `pair ${(ask * 7) % 20}`
    const candidates = [...loads].map(([id, load]) => candidate(id, load, 0))
    const chosen = chooseInstance({ ...base, candidates, known: known.get(pair) ?? null })?.id ?? ''
    if (known.get(pair) === chosen) hits += 1
    known.set(pair, chosen)
    loads.set(chosen, (loads.get(chosen) ?? 0) + 1)
    running.push(chosen)
    const done = running.length > 6 ? running.shift() : undefined
    if (done !== undefined) loads.set(done, (loads.get(done) ?? 1) - 1)
  }
  expect(hits / 480).toBeGreaterThan(0.95)
})
