import { expect, test } from 'vitest'
import { referencesFor, referencesOf } from './references.ts'

const text =
  'See [a] and [The  B][b].\n\nNote[^1].\n\n[a]: https://a.example\n[B]: https://b.example "B"\n[c]: https://c.example\n\n[^1]: The note.'

test('a block is given the definitions that it names, and no others', () => {
  const references = referencesOf(text)
  expect(referencesFor('See [a] and [The  B][b].', references)).toBe('[a]: https://a.example\n[B]: https://b.example "B"')
  expect(referencesFor('Note[^1].', references)).toBe('[^1]: -')
  expect(referencesFor('No [other]', references)).toBe('')
})
