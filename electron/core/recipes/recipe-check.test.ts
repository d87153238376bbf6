import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkRecipe } from './recipe-check.ts'

const review = `recipe: review
inputs: { base: { default: main } }
limits: { costUsd: 2, minutes: 30, concurrency: 4 }
steps:
  - id: find
    ask: "List the problems since {{ inputs.base }}."
    with: { instance: researcher }
    schema: { type: object, required: [problems], properties: { problems: { type: array, items: { type: string } } } }
  - id: fix
    each: "{{ steps.find.output.problems }}"
    ask: "Fix: {{ item }}"
    retry: { times: 2, backoffSeconds: 5 }
  - id: verdict
    consensus: { ask: "Ship it?", options: [ship, hold], voters: 3, quorum: 2, decide: vote }
  - id: go
    if: "{{ steps.verdict.output.decision == 'ship' }}"
    gate: "Apply the fixes?"
  - id: report
    needs: [go]
    ask: "Write the summary of {{ steps.fix.texts | join: '\\n' }}"
    onFailure: continue
outputs: { summary: "{{ steps.report.text }}" }
`

const check = (text: string, recipes: string[] = []) => checkRecipe(text, { recipes })
/** What is wrong, each behind its line. */
const faults = (text: string, recipes: string[] = []) => check(text, recipes).faults.map(({ line, message }) => `${line}: ${message}`)
const steps = (...lines: string[]) => `recipe: r\nsteps:\n${lines.map((line) => `  ${line}\n`).join('')}`

test('a recipe is read, and its graph says what waits for what', () => {
  const { faults: found, graph, recipe } = check(review)
  expect(found).toEqual([])
  expect(recipe?.steps[2]?.consensus).toMatchObject({ decide: 'vote', quorum: 2 })
  expect(graph.nodes.map(({ id, kind, line, level }) => [id, kind, line, level])).toEqual([
    ['find', 'ask', 5, 0],
    ['fix', 'each', 9, 1],
    ['verdict', 'consensus', 13, 2],
    ['go', 'gate', 15, 3],
    ['report', 'ask', 18, 4],
  ])
  expect(graph.edges).toContainEqual({ from: 'find', to: 'fix' })
})

test('JSON is read too', () => {
  expect(faults(JSON.stringify({ recipe: 'r', steps: [{ id: 'a', ask: 'hi' }] }))).toEqual([])
})

test('what is no YAML says where', () => {
  expect(faults('recipe: r\nsteps:\n  - id: a\n   ask: b')).toEqual([expect.stringMatching(/^4: /)])
  expect(faults('recipe: r\nrecipe: s\nsteps: []')).toEqual([expect.stringMatching(/^2: Map keys must be unique/)])
  expect(faults('')).toEqual(['1: The recipe is empty. It needs “recipe: <name>” and “steps:”.'])
  expect(faults('a: &a [*a, *a]\nrecipe: r')).not.toEqual([])
})

test('unknown and missing fields are named, with the one that was meant', () => {
  expect(faults(steps('- id: a', '  aks: hi'))).toEqual(['4: There is no field “aks”. Did you mean “ask”?'])
  expect(faults(steps('- id: a', '  ask: hi', '  with: { instanz: b }'))).toEqual([
    expect.stringMatching(/^5: There is no field “instanz”. Did you mean “instance”\?/),
  ])
  expect(faults('recipe: r')).toEqual(['1: “steps” is missing.'])
  expect(faults(steps('- ask: hi'))).toEqual(['3: “id” is missing.'])
  expect(faults('recipe: A b\nsteps: [{ id: a, ask: hi }]')).toEqual([expect.stringMatching(/^1: A recipe’s name/)])
})

test('what is of another type, out of its range, empty or nested without end says so', () => {
  const step = (words: string) => faults(steps(`- { id: a, ask: x, ${words} }`))
  expect(step('needs: b')).toEqual(['3: “needs” has to be a list.'])
  expect(step('schema: []')).toEqual(['3: “schema” has to be a block of fields.'])
  expect(step('timeoutSeconds: 0.5')).toEqual(['3: “timeoutSeconds” has to be a whole number.'])
  expect(step('timeoutSeconds: 0')).toEqual(['3: “timeoutSeconds” is at least 1.'])
  expect(step('priority: 10, limits: { concurrency: 0 }')).toEqual(['3: “priority” is at most 9.', '3: At least one turn at a time.'])
  expect(step('with: { fresh: 1 }')).toEqual(['3: “fresh” has to be true or false.'])
  expect(step('onFailure: go')).toEqual(['3: “onFailure” is one of: stop, continue.'])
  expect(faults('recipe: r\nsteps: { a: b }')).toEqual(['2: “steps” has to be a list.'])
  expect(faults(steps('- { id: a, ask: "" }', '- { id: b, gate: " " }'))).toEqual([
    '3: “ask” is empty. Write what is asked.',
    '4: “gate” is empty. Write what is asked.',
  ])
  expect(step(`inputs: ${'['.repeat(5_000)}`)[0]).toBe('3: This is nested too deep to be read. Make it flatter.')
  expect(faults(steps(`- { id: a, ask: "${'{% if x %}'.repeat(5_000)}" }`))).toEqual([expect.stringMatching(/^3: /)])
  expect(faults('recipe: r\n---\nsteps: []')).toEqual(['2: A recipe is one document. Take out the lines that are “---”.'])
})

test('who works, and in which way, is said once and can be done', () => {
  const worker = (words: string) => faults(steps('- id: a', '  ask: x', `  with: { ${words} }`))
  for (const fine of [
    'way: fresh',
    'instance: b, way: fresh',
    'new: { cwd: /tmp }, way: kept-alive',
    'new: { cwd: /tmp, way: event-driven }',
  ])
    expect(worker(fine)).toEqual([])
  expect(worker('instance: b, way: kept-alive')).toEqual([
    '5: “kept-alive” goes with “new”. An instance that exists has its way in its own settings.',
  ])
  expect(worker('fresh: true, way: pool')).toEqual(['5: The way is said twice here. Keep one of both.'])
  expect(worker('new: { cwd: /tmp, way: fresh }, way: pool')).toEqual(['5: The way is said twice here. Keep one of both.'])
  expect(worker('way: sometimes')).toEqual([expect.stringMatching(/^5: /)])
  const ofAll = `recipe: r\nwith: { instance: a, labels: [b] }\nsteps: [{ id: a, ask: x }]`
  expect(faults(ofAll)).toEqual(['2: Choose one: “instance” or “labels”.'])
})

test('circles, doubled ids and unknown steps', () => {
  expect(faults(steps('- { id: a, ask: x, needs: [b] }', '- { id: b, ask: x, needs: [a] }'))).toEqual([
    expect.stringMatching(/^[34]: These steps wait for each other: /),
  ])
  expect(faults(steps('- { id: a, ask: x }', '- { id: a, ask: y }'))).toEqual(['4: There is another step “a” above. Ids are unique.'])
  expect(faults(steps('- { id: alpha, ask: x }', '- { id: b, ask: y, needs: [alhpa] }'))).toEqual([
    '4: There is no step “alhpa”. Did you mean “alpha”?',
  ])
})

test('a step does one thing, and its fields go with that', () => {
  expect(faults(steps('- id: a', '  ask: x', '  gate: y'))).toEqual(['5: A step does one thing: this one has both “ask” and “gate”.'])
  expect(faults(steps('- id: a'))).toEqual([expect.stringMatching(/^3: “a” says nothing to do/)])
  expect(faults(steps('- id: a', '  gate: y', '  schema: { type: object }'))).toEqual(['5: “schema” goes with “ask”.'])
  expect(faults(steps('- id: a', '  ask: y', '  schema: { type: nothing }'))).toEqual([
    expect.stringMatching(/^5: This is no JSON Schema: /),
  ])
  expect(faults(steps('- id: a', '  wait: { }'))).toEqual(['4: A wait has one of “seconds”, “until” and “event”.'])
  expect(faults(steps('- id: a', '  run: reviev'), ['review'])).toEqual(['4: There is no recipe “reviev”. Did you mean “review”?'])
  expect(faults(steps('- id: a', '  ask: x', '  context: step:b', '- { id: b, ask: y }'))).toEqual([
    expect.stringMatching(/^5: “b” may not have ended by then/),
  ])
})

test('consensus that can never be reached is refused', () => {
  const consensus = (words: string) => faults(steps('- id: a', `  consensus: { ask: x, ${words} }`))
  expect(consensus('options: [a, b], voters: 2, quorum: 3')).toEqual(['4: 2 voters can’t reach a quorum of 3.'])
  expect(consensus('voters: 3')).toEqual(['4: A vote needs “options”: the answers to choose from.'])
  expect(consensus('voters: 1, options: [a, b]')).toEqual([expect.stringContaining('At least two voters')])
  expect(consensus('voters: 3, decide: judge')).toEqual([])
})

test('limits of zero and defaults that are none', () => {
  expect(faults(`limits: { costUsd: 0 }\n${steps('- { id: a, ask: x }')}`)).toEqual([
    '1: With a limit of 0 nothing can start. Leave “costUsd” out for no limit.',
  ])
  expect(faults(`inputs: { n: { type: number, default: many } }\n${steps('- { id: a, ask: x }')}`)).toEqual([
    '1: The default is no number.',
  ])
  expect(faults(`inputs: { n: { options: [a, b], default: c } }\n${steps('- { id: a, ask: x }')}`)).toEqual([
    '1: The default is none of the options: a, b.',
  ])
})

test('names without a value are found at their line, also within a longer text', () => {
  expect(faults(review.replace('inputs.base', 'inputs.bsae'))).toEqual(['6: There is no input “bsae”. Did you mean “base”?'])
  expect(faults(review.replace('output.problems', 'output.problem'))).toEqual([
    '10: There is no field in the schema of “find” “problem”. Did you mean “problems”?',
  ])
  expect(faults(review.replace('steps.fix.texts', 'steps.fix.txts'))).toEqual([
    '20: There is no field of a step “txts”. Did you mean “texts”?',
  ])
  expect(faults(review.replace('steps.find.output', 'steps.report.output'))).toEqual([
    '10: “report” may not have ended by then: add it to “needs”.',
  ])
  expect(faults(steps('- id: a', '  ask: |', '    one', '    {{ item }}'))).toEqual(['6: “item” has a value only in a step with “each”.'])
  expect(faults(steps('- id: a', '  ask: |', '    one', '    {{ x | nofilter }}'))).toEqual(['6: There is no filter “nofilter”.'])
  expect(faults(steps('- { id: a, ask: "{{ state.round }}" }'))).toEqual([expect.stringContaining('There is no state “round”')])
})

test('five thousand steps are checked; more are refused', () => {
  const many = (count: number) => steps(...Array.from({ length: count }, (_, index) => `- { id: s${index}, ask: x }`))
  const { faults: found, graph } = check(many(5_000))
  expect([found.length, graph.nodes.length, graph.edges.length]).toEqual([0, 5_000, 4_999])
  expect(faults(many(5_001))).toEqual([expect.stringContaining('at most 5,000 steps')])
})

test('any text has an answer, and cutting a recipe anywhere too', () => {
  fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => check(text).recipe === null))
  fc.assert(
    fc.property(fc.nat(review.length), fc.nat(20), fc.string({ maxLength: 5 }), (at, length, put) => {
      const { faults: found, recipe } = check(review.slice(0, at) + put + review.slice(at + length))
      expect(recipe === null).toBe(found.some(({ severity }) => severity === 'error'))
      for (const { line } of found) expect(line).toBeLessThanOrEqual(review.split('\n').length + 6)
    }),
  )
})
