import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IdColumn } from './id-column.ts'

test('ids are as they were put in, also when some of them went', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.boolean()), { maxLength: 3_000 }), (given) => {
      const column = new IdColumn()
      for (const [text] of given) column.push(text)
      const rows = given.flatMap(([, stays], row) => (stays ? [row] : []))
      column.keep(rows)
      column.push('one more')
      const wanted = [...given.filter(([, stays]) => stays).map(([text]) => text), 'one more']
      expect(Array.from({ length: column.length }, (_, row) => column.at(row))).toEqual(wanted)
      expect(column.at(column.length)).toBe('')
    }),
    { numRuns: 40 },
  )
})
