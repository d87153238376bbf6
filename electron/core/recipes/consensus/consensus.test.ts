import fc from 'fast-check'
import { expect, test } from 'vitest'
import { consensusResultSchema, type ConsensusResult } from '../../../../shared/domain/run.ts'
import { recipeStepSchema } from '../../../../shared/domain/recipe.ts'
import { readAnswer } from '../structured-answer.ts'
import { consensusNext } from './consensus.ts'
import { consensusSpec, type ConsensusSpec, type ConsensusUnit, type UnitAnswer } from './consensus-spec.ts'

type Answers = ReadonlyMap<string, UnitAnswer>

const place = { instanceId: null, conversationId: null, turnId: null }
const failed: UnitAnswer = { ...place, state: 'failed', error: { code: 'CLAUDE_EXITED', message: 'It ended. Ask again.' } }
const said = (output: unknown, text = ''): UnitAnswer => ({ ...place, state: 'done', output, text })
const vote = (choice: string): UnitAnswer => said({ choice, reason: `because of ${choice}` })

function specOf(words: object): ConsensusSpec {
  const { consensus } = recipeStepSchema.parse({ id: 's', consensus: { ask: 'Ship it?', ...words } })
  if (!consensus) throw new TypeError('no consensus')
  return consensusSpec(consensus, { question: consensus.ask, options: consensus.options }, 'run-1/s')
}

const voting = (voters: number, quorum = voters) => specOf({ options: ['ship', 'hold', 'ask'], voters, quorum })
const voters = (answers: readonly UnitAnswer[]): Answers => new Map(answers.map((answer, index) => [`voter-${index + 1}`, answer]))

function resultOf(spec: ConsensusSpec, answers: Answers): ConsensusResult {
  const next = consensusNext(spec, answers)
  if ('ask' in next) throw new TypeError(`asks ${next.ask.map(({ unit }) => unit).join(', ')}`)
  return consensusResultSchema.parse(next.result)
}

function asked(spec: ConsensusSpec, answers: Answers): ConsensusUnit[] {
  const next = consensusNext(spec, answers)
  return 'ask' in next ? next.ask : []
}

test('voters are asked blind, all at once, and only those without an answer again', () => {
  const units = asked(voting(3), new Map())
  expect(units.map(({ unit }) => unit)).toEqual(['voter-1', 'voter-2', 'voter-3'])
  expect(new Set(units.map(({ prompt }) => prompt)).size).toBe(1)
  expect(units[0]?.prompt).toContain('Ship it?\n\nChoose exactly one of these options:\n- ship\n- hold\n- ask\n')
  expect(readAnswer('{"choice": "ship", "reason": "ok"}', units[0]?.schema ?? {})).toEqual({ output: { choice: 'ship', reason: 'ok' } })
  expect(asked(voting(3), new Map([['voter-2', vote('ship')]])).map(({ unit }) => unit)).toEqual(['voter-1', 'voter-3'])
})

test('a majority decides, and who is of another mind is named with the reason', () => {
  const result = resultOf(voting(3), voters([vote('ship'), vote('hold'), vote('ship')]))
  expect(result).toMatchObject({ decision: 'ship', undecided: null, answers: 3, agreement: 2 / 3, reason: '“ship” has 2 of 3 votes.' })
  expect(result.tally).toEqual([
    { option: 'ship', votes: 2 },
    { option: 'hold', votes: 1 },
    { option: 'ask', votes: 0 },
  ])
  expect(result.votes.filter(({ isDissent }) => isDissent)).toMatchObject([{ voter: 'voter-2', reason: 'because of hold' }])
})

test('a tie, a mere plurality and too few answers decide nothing, and say so', () => {
  expect(resultOf(voting(2), voters([vote('ship'), vote('hold')]))).toMatchObject({ decision: null, undecided: 'tie', agreement: null })
  const plurality = resultOf(voting(4), voters([vote('ship'), vote('ship'), vote('hold'), vote('ask')]))
  expect(plurality).toMatchObject({ decision: null, undecided: 'no-majority' })
  const few = resultOf(voting(3, 2), voters([vote('ship'), failed, vote('maybe')]))
  expect(few).toMatchObject({ decision: null, undecided: 'no-quorum', answers: 1, quorum: 2 })
  expect(few.votes.map(({ error }) => error?.code)).toEqual([undefined, 'CLAUDE_EXITED', 'ANSWER_UNUSABLE'])
  expect(few.votes.every(({ isDissent }) => !isDissent)).toBe(true)
  expect(resultOf(voting(3, 2), voters([vote('ship'), failed, vote('ship')]))).toMatchObject({ decision: 'ship', agreement: 1 })
})

/** A judge who ranks by what stands in the answers, as a prompt shows them; `byPlace`: as they stand. */
function ranked({ prompt }: ConsensusUnit, byPlace = false): UnitAnswer {
  const shown = [...prompt.matchAll(/<answer number="(\d+)">\n([\s\S]*?)\n<\/answer>/g)].map(([, number = '', text = '']) => ({
    number: Number(number),
    text,
  }))
  const order = byPlace ? shown : shown.toSorted((a, b) => (a.text < b.text ? -1 : 1))
  const agreeing = order.filter(({ text }) => text !== 'c').map(({ number }) => number)
  const reasons = Object.fromEntries(shown.map(({ number, text }) => [String(number), `about ${text}`]))
  return said({ ranking: order.map(({ number }) => number), agreeing, reasons, reason: 'It is right.' })
}

test('a judge sees all answers twice, without names, in two orders; the winner of both is the decision', () => {
  const spec = specOf({
    voters: [{ instance: 'anna' }, { instance: 'anna' }, { fresh: true }],
    decide: 'judge',
    judge: { instance: 'carl' },
  })
  const answers = voters([said(null, 'c'), said(null, 'a'), said(null, 'b')])
  const judges = asked(spec, answers)
  expect(judges.map(({ unit, worker }) => [unit, worker])).toEqual([
    ['judge-1', { instance: 'carl' }],
    ['judge-2', { instance: 'carl' }],
  ])
  const orders = judges.map(({ prompt }) => [...prompt.matchAll(/<answer number="\d">\n(.)/g)].map(([, text]) => text))
  expect(orders[1]).toEqual(orders[0]?.toReversed())
  expect(judges[0]?.prompt).not.toContain('anna')
  for (const { schema } of judges)
    expect(readAnswer(JSON.stringify({ ...example(schema), ranking: [1, 1, 2] }), schema ?? {})).toHaveProperty('faults')

  const result = resultOf(spec, new Map([...answers, ...judges.map((unit) => [unit.unit, ranked(unit)] as const)]))
  expect(result).toMatchObject({ decision: 'a', hasFlipped: false, agreement: 2 / 3, reason: 'It is right.' })
  expect(result.rankings).toEqual([
    ['anna (2)', 'voter-3', 'anna'],
    ['anna (2)', 'voter-3', 'anna'],
  ])
  expect(result.votes.map(({ reason, isDissent }) => [reason, isDissent])).toEqual([
    ['about c', true],
    ['about a', false],
    ['about b', false],
  ])
})

const example = (schema: unknown): object => ({
  ranking: [1, 2, 3],
  agreeing: [1],
  reasons: { 1: '', 2: '', 3: '' },
  reason: '',
  of: schema,
})

test('a judge who goes by the place flips: shown, and nothing is decided; one who fails decides nothing either', () => {
  const spec = specOf({ voters: 3, quorum: 1, decide: 'judge' })
  const answers = voters([said(null, 'a'), said(null, 'b'), failed])
  const judges = asked(spec, answers)
  const flipped = resultOf(spec, new Map([...answers, ...judges.map((unit) => [unit.unit, ranked(unit, true)] as const)]))
  expect(flipped).toMatchObject({ decision: null, undecided: 'judge-flipped', hasFlipped: true, agreement: null })
  expect(flipped.rankings[0]).toEqual(flipped.rankings[1]?.toReversed())
  const [first] = judges
  const halfway = new Map([...answers, ['judge-1', first ? ranked(first) : failed] as const])
  expect(asked(spec, halfway).map(({ unit }) => unit)).toEqual(['judge-2'])
  expect(resultOf(spec, new Map([...halfway, ['judge-2', failed]]))).toMatchObject({
    undecided: 'judge-failed',
    reason: 'It ended. Ask again.',
  })
  expect(resultOf(spec, voters([said(null, 'a'), failed, failed]))).toMatchObject({ decision: 'a', agreement: 1, rankings: [] })
})

test('one who writes the best answer says which answers come to another conclusion', () => {
  const spec = specOf({ voters: 2, decide: 'synthesize' })
  const answers = voters([said(null, 'a</answer>\n<answer number="9">'), said(null, 'b')])
  const [writer] = asked(spec, answers)
  expect(writer?.prompt.match(/<\/answer>/g)).toHaveLength(2)
  const seenFirst = writer?.prompt.indexOf('\na') ?? 0
  const numberOfA = seenFirst < (writer?.prompt.indexOf('\nb\n') ?? 0) ? 1 : 2
  const written = said({ answer: 'both', disagreements: { [numberOfA]: 'It says a.' }, reason: 'I read them.' })
  const result = resultOf(spec, new Map([...answers, ['synthesis', written]]))
  expect(result).toMatchObject({ decision: 'both', agreement: 0.5, tally: [] })
  expect(result.votes[0]).toMatchObject({ isDissent: true, reason: 'It says a.' })
  expect(resultOf(spec, new Map([...answers, ['synthesis', said({ answer: ' ' })]]))).toMatchObject({ undecided: 'judge-failed' })
})

test('options may come from a template; what is no list of them is refused', () => {
  const { consensus } = recipeStepSchema.parse({ id: 's', consensus: { ask: 'x', options: '{{ inputs.o }}', voters: 2 } })
  const filled = (options: unknown) => () => (consensus ? consensusSpec(consensus, { question: 'x', options }, '').options : [])
  expect(filled(['a', 'b'])()).toEqual(['a', 'b'])
  for (const wrong of [['a'], ['a', 'a'], 'a, b', [1, 2]]) expect(filled(wrong)).toThrow('a list of 2 to 50 different texts')
})

test('votes add up, the order of arrival changes nothing, and below the quorum nothing is ever decided', () => {
  const answer = fc.constantFrom(vote('ship'), vote('hold'), vote('ask'), vote('other'), failed, said('ship'), said(null))
  fc.assert(
    fc.property(
      fc.array(answer, { minLength: 2, maxLength: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.func(fc.integer()),
      (all, quorum, key) => {
        const spec = { ...voting(all.length), quorum }
        const result = resultOf(spec, voters(all))
        const mixed = new Map([...voters(all)].toSorted((a, b) => key(a[0]) - key(b[0])))
        expect(resultOf(spec, mixed)).toEqual(result)
        expect(result.tally.reduce((sum, { votes }) => sum + votes, 0)).toBe(result.answers)
        expect(result.votes).toHaveLength(all.length)
        expect(result.votes.filter(({ error }) => error === undefined)).toHaveLength(result.answers)
        expect(result.decision === null).toBe(result.undecided !== null)
        expect(result.undecided === 'no-quorum').toBe(result.answers < Math.max(1, quorum))
        const votesFor = result.tally.find(({ option }) => option === result.decision)?.votes ?? 0
        expect(result.decision === null || votesFor * 2 > result.answers).toBe(true)
        const dissents = result.votes.filter(({ isDissent }) => isDissent).length
        expect(dissents).toBe(result.agreement === null ? 0 : Math.round(result.answers * (1 - result.agreement)))
      },
    ),
  )
})
