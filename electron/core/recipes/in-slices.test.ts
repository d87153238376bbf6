import { expect, test } from 'vitest'
import { inSlices } from './in-slices.ts'
import { Template } from './templates.ts'

const scope = {
  list: Array.from({ length: 10_000 }, (_, index) => `text ${index} ${'x'.repeat(100)}`),
  rows: [
    { n: 2, tags: ['a', 'b'] },
    { n: 1, tags: [] },
  ],
}

test.each([
  '{% for t in list limit: 50 %}{{ forloop.index }} {{ t | truncate: 10 }}{% if forloop.last %}.{% else %}, {% endif %}{% endfor %}',
  "{{ list | slice: 2, 3 | join: '; ' }}",
  "{{ rows | where: 'n', 1 }}",
  "{{ rows | sort: 'n' | map: 'n' }}",
  '{% for row in rows %}{% for tag in row.tags %}{{ tag }}{% break %}{% endfor %}{% capture x %}{{ row.n }}{% endcapture %}{{ x }}{% endfor %}',
  '{{ rows }}',
  'no template',
])('in slices it comes to the same: %s', async (text) => {
  const template = new Template(text)
  expect(await template.valueInSlices(scope)).toEqual(template.value(scope))
  expect(await template.isTrueInSlices(scope)).toBe(template.isTrue(scope))
})

test('ten thousand texts are filled in while others have their turn', async () => {
  const template = new Template('{% for t in list %}{{ t | truncate: 40 | upcase | append: "!" }}\n{% endfor %}')
  let turns = 0
  let isDone = false
  const others = (): void => {
    turns += 1
    if (!isDone) setImmediate(others)
  }
  setImmediate(others)
  const filled = String(await template.valueInSlices(scope))
  isDone = true
  expect(filled.split('\n')).toHaveLength(10_001)
  expect(turns).toBeGreaterThan(3)
})

test('what is wrong says so with its place, in slices too', async () => {
  const fill = () => new Template('a\n {{ rows.none }}').valueInSlices(scope)
  await expect(fill()).rejects.toThrow('has no value')
  await expect(fill()).rejects.toMatchObject({ row: 2, column: 5 })
})

test('endless work ends', async () => {
  function* endless(): Generator<unknown, void, void> {
    for (;;) yield endless().return()
  }
  await expect(inSlices(endless(), 30)).rejects.toThrow('it takes too long')
  function* caught(): Generator<unknown, string, unknown> {
    try {
      yield thrower()
    } catch (thrown) {
      return `caught ${String(thrown)}`
    }
    return 'not thrown'
  }
  function* thrower(): Generator<unknown, void, unknown> {
    yield 1
    throw new RangeError('no')
  }
  expect(await inSlices(caught(), 1_000)).toBe('caught RangeError: no')
  expect(await inSlices('no work', 1)).toBe('no work')
})
