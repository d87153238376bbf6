import fc from 'fast-check'
import { expect, test } from 'vitest'
import { place, type PlacementInput } from './placement.ts'

type Candidate = PlacementInput['candidates'][number]

const instance = (id: string, change: Partial<Candidate> = {}): Candidate => ({
  id,
  name: id,
  load: 0,
  lastUsedAt: 0,
  takesWork: true,
  running: true,
  rests: false,
  ...change,
})
const work = (id: string, change: { aim?: string; known?: string } = {}) => ({ id, aim: change.aim ?? null, known: change.known ?? null })
const affinity = { strategy: 'affinity', affinityStrength: 0.5, defaultInstanceId: null } as const
const input = (change: Partial<PlacementInput>): PlacementInput => ({
  waiting: [],
  candidates: [],
  policy: affinity,
  last: null,
  growth: 0,
  mayStart: true,
  ...change,
})
const given = (change: Partial<PlacementInput>) => place(input(change)).map(({ id, instanceId }) => `${id}>${instanceId ?? 'new'}`)

test('each free instance gets one, in the order of the line; the rest waits', () => {
  const candidates = [instance('a'), instance('b', { load: 1 }), instance('c')]
  expect(given({ candidates, waiting: [work('1'), work('2'), work('3')] })).toEqual(['1>a', '2>c'])
})

test('what an instance knows waits for it, and nobody behind is held up', () => {
  const candidates = [instance('a', { load: 1 }), instance('b')]
  expect(given({ candidates, waiting: [work('1', { known: 'a' }), work('2')] })).toEqual(['2>b'])
})

test('but not for ever: with more to do than its knowledge is worth, others take over', () => {
  const candidates = [instance('a', { load: 4 }), instance('b')]
  expect(given({ candidates, waiting: [work('1', { known: 'a' })] })).toEqual(['1>b'])
})

test('others take over only while nothing that they know themselves comes next', () => {
  const candidates = [instance('a', { load: 4 }), instance('b')]
  const waiting = [work('1', { known: 'a' }), work('2', { known: 'b' })]
  expect(given({ candidates, waiting })).toEqual(['2>b'])
  const far = Array.from({ length: 20 }, (_, at) => work(`more ${at}`, { known: 'a' }))
  expect(given({ candidates, waiting: [work('1', { known: 'a' }), ...far, work('2', { known: 'b' })] })).toEqual(['1>b'])
})

test('work for one instance alone goes nowhere else, and those behind it do not push in', () => {
  const candidates = [instance('a', { load: 1 }), instance('b')]
  expect(given({ candidates, waiting: [work('1', { aim: 'a' }), work('2', { known: 'a' }), work('3')] })).toEqual(['3>b'])
})

test('a process that runs is taken before one that would have to be started', () => {
  const candidates = [instance('cold', { running: false }), instance('warm', { lastUsedAt: 9 })]
  expect(given({ candidates, waiting: [work('1'), work('2')] })).toEqual(['1>warm', '2>cold'])
  expect(given({ candidates, waiting: [work('1'), work('2')], mayStart: false })).toEqual(['1>warm'])
})

test('when all are busy new ones are asked for, as many as are allowed', () => {
  const candidates = [instance('a', { load: 1 })]
  expect(given({ candidates, waiting: [work('1'), work('2'), work('3')], growth: 2 })).toEqual(['1>new', '2>new'])
  expect(given({ candidates, waiting: [work('1', { known: 'a' })], growth: 2 })).toEqual([])
})

test('where messages rest until the user goes on, only work goes that can go nowhere else', () => {
  const candidates = [instance('a', { rests: true }), instance('b', { load: 1 })]
  expect(given({ candidates, waiting: [work('1'), work('2', { aim: 'a' })] })).toEqual(['2>a'])
})

test('round-robin goes round, whoever is free', () => {
  const candidates = [instance('a'), instance('b', { load: 1 }), instance('c')]
  const policy = { ...affinity, strategy: 'round-robin' } as const
  expect(given({ candidates, policy, last: 'b', waiting: [work('1'), work('2')] })).toEqual(['1>c', '2>a'])
})

const candidateArbitrary = fc.record({
  load: fc.integer({ min: 0, max: 5 }),
  lastUsedAt: fc.integer({ min: 0, max: 1_000 }),
  takesWork: fc.boolean(),
  running: fc.boolean(),
})
const strategyArbitrary = fc.constantFrom('round-robin', 'least-recently-used', 'least-busy', 'affinity')

test('whatever the situation: only free instances, each once, in order', () => {
  const situation = fc.record({
    loads: fc.array(candidateArbitrary, { maxLength: 8 }),
    works: fc.array(fc.record({ aim: fc.option(fc.integer({ min: 0, max: 8 })), known: fc.option(fc.integer({ min: 0, max: 8 })) }), {
      maxLength: 20,
    }),
    strategy: strategyArbitrary,
    growth: fc.integer({ min: 0, max: 3 }),
    mayStart: fc.boolean(),
  })
  fc.assert(
    fc.property(situation, ({ loads, works, strategy, growth, mayStart }) => {
      const candidates = loads.map((one, index) => instance(`i${index}`, one))
      const waiting = works.map(({ aim, known }, index) => ({
        id: `w${index}`,
        aim: aim === null ? null : `i${aim}`,
        known: known === null ? null : `i${known}`,
      }))
      const placed = place(input({ candidates, waiting, policy: { ...affinity, strategy }, growth, mayStart }))
      const takers = placed.flatMap(({ instanceId }) => instanceId ?? [])
      expect(new Set(takers).size).toBe(takers.length)
      expect(placed.length - takers.length).toBeLessThanOrEqual(growth)
      const order = placed.map(({ id }) => waiting.findIndex((one) => one.id === id))
      expect(order).toEqual(order.toSorted((a, b) => a - b))
      const wrong = placed.filter(({ id, instanceId }) => {
        const taker = candidates.find((one) => one.id === instanceId)
        const aim = waiting.find((one) => one.id === id)?.aim ?? null
        const isFit = taker === undefined || (taker.takesWork && taker.load === 0 && (mayStart || taker.running))
        return !isFit || (aim !== null && instanceId !== aim)
      })
      expect(wrong).toEqual([])
    }),
  )
})

test('no free instance stays idle while there is work that anybody may do', () => {
  fc.assert(
    fc.property(
      fc.array(candidateArbitrary, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 0, max: 20 }),
      strategyArbitrary,
      (loads, count, strategy) => {
        const candidates = loads.map((one, index) => instance(`i${index}`, one))
        const waiting = Array.from({ length: count }, (_, index) => work(`w${index}`))
        const free = candidates.filter((one) => one.takesWork && one.load === 0).length
        expect(place(input({ candidates, waiting, policy: { ...affinity, strategy } }))).toHaveLength(Math.min(free, count))
      },
    ),
  )
})

test('work of another conversation goes past an instance in whose background something runs; work of its own goes there', () => {
  const candidates = [instance('busy', { occupiedBy: 'conv-1' }), instance('free')]
  const own = { ...work('own', { known: 'busy' }), conversation: 'conv-1' }
  const bound = { ...work('bound', { aim: 'busy', known: 'busy' }), conversation: 'conv-2' }
  expect(given({ candidates, waiting: [bound] })).toEqual([])
  expect(given({ candidates, waiting: [work('other'), own] })).toEqual(['other>free', 'own>busy'])
})
