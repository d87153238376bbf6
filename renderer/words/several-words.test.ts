import { expect, test } from 'vitest'
import { idOf } from '../../e2e/support/samples.ts'
import type { SeveralOutcome } from '../../shared/domain/several.ts'
import { refusedWords, undoSteps } from './several-words.ts'

const one = (number: number, before: SeveralOutcome['before'], extra: Partial<SeveralOutcome> = {}): SeveralOutcome => ({
  id: idOf('inst', number),
  name: `i${number}`,
  outcome: 'done',
  before,
  after: before,
  ...extra,
})

test('what ran is resumed, what was paused in another way is paused that way again', () => {
  const done = [one(1, { state: 'idle' }), one(2, { state: 'paused', pause: 'hold' }), one(3, { state: 'busy' })]
  expect(undoSteps('pause', done)).toEqual([
    { ids: [idOf('inst', 1), idOf('inst', 3)], action: 'resume' },
    { ids: [idOf('inst', 2)], action: 'pause', mode: 'hold' },
  ])
  expect(undoSteps('pause', [one(4, { state: 'stopped' })])).toEqual([{ ids: [idOf('inst', 4)], action: 'stop' }])
  expect(undoSteps('resume', done)).toEqual([{ ids: [idOf('inst', 2)], action: 'pause', mode: 'hold' }])
  expect(undoSteps('restart', done)).toEqual([])
})

test('a refusal names the first with its reason, and how many more there were', () => {
  const error = { code: 'STATE_CONFLICT', message: 'It has no process.' }
  const refused = [1, 2, 3].map((number) => one(number, { state: 'stopped' }, { outcome: 'refused', error }))
  expect(refusedWords(refused.slice(0, 1))).toBe('“i1” wasn’t changed: It has no process.')
  expect(refusedWords(refused)).toContain('2 more were refused too.')
})
