import { expect, it } from 'vitest'
import { originFilter, originOption, originOptions, originPhrase } from './origin-words.ts'

it('reads every choice back as the filter that it stands for, and that filter as the choice', () => {
  const facets = { recipes: [{ value: 'review', count: 2 }], topics: [{ value: 'run', count: 1_200 }] }
  const options = originOptions(facets, { runId: 'run_000000000001' })
  expect(options.map(([, words]) => words)).toContain('Topic: run (1,200)')
  for (const [option] of options) expect(originOption(originFilter(option))).toBe(option)
  expect(originFilter('topic run')).toEqual({ topic: 'run' })
  expect(originFilter('run')).toEqual({ origin: 'run' })
  expect(originFilter('id run_000000000001')).toEqual({ runId: 'run_000000000001' })
})

it('names a run of earlier versions, whose recipe is not known', () => {
  expect(originPhrase({ runId: 'run_000000000001', stepId: 'find' })).toBe('Part of a run')
  expect(originPhrase({ runId: 'run_000000000001', stepId: 'find', recipe: 'review' })).toBe('Part of run review')
})
