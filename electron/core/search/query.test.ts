import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { extraWords, wordRuns } from './characters.ts'
import { parseQuery } from './query.ts'

const now = new Date(2026, 4, 20, 15, 30)
const parse = (text: string) => parseQuery(text, now)
const words = (text: string) =>
  parse(text).all.map((group) => group.map(({ text: word, prefix, inside }) => (inside ? `*${word}` : prefix ? `${word}*` : word)))

describe('a query', () => {
  it('holds words, phrases, beginnings, parts of words, alternatives and what is refused', () => {
    expect(words('one two')).toEqual([['one'], ['two*']])
    expect(words('one two ')).toEqual([['one'], ['two']])
    expect(words('"one two" thr* *our* five ')).toEqual([['one two'], ['thr*'], ['*our'], ['five']])
    expect(words('a OR b c OR "d e" OR f ')).toEqual([
      ['a', 'b'],
      ['c', 'd e', 'f'],
    ])
    expect(parse('keep -drop -"this too" ').none.map(({ text }) => text)).toEqual(['drop', 'this too'])
    expect(words('OR a')).toEqual([['OR'], ['a*']])
  })

  it('has filters, also refused ones, and takes what is no filter as words', () => {
    const { filters, without, all } = parse('role:user tool:Bash folder:"/my work" -tag:old is:archived C:\\temp http://x.org ')
    expect(filters).toMatchObject({ roles: ['user'], tools: ['Bash'], folders: ['/my work'], archived: true })
    expect(without.tags).toEqual(['old'])
    expect(all.flat().map(({ text }) => text)).toEqual(['C:\\temp', 'http://x.org'])
  })

  it('knows days, months, years and spans in local time', () => {
    const range = (text: string) => [parse(text).filters.from, parse(text).filters.to]
    expect(range('on:2026-03-01')).toEqual([new Date(2026, 2, 1).getTime(), new Date(2026, 2, 2).getTime()])
    expect(range('after:2026-03 before:2026-04')).toEqual([new Date(2026, 2, 1).getTime(), new Date(2026, 3, 1).getTime()])
    expect(range('after:7d')).toEqual([new Date(2026, 4, 13).getTime(), null])
    expect(range('on:yesterday')).toEqual([new Date(2026, 4, 19).getTime(), new Date(2026, 4, 20).getTime()])
    expect(parse('after:2026-02-31 role:nobody').notes).toHaveLength(2)
  })

  it('is never an error, whatever is typed', () => {
    const typed = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ unit: fc.constantFrom(...'ab"*:- OR'.split('')), maxLength: 40 }),
    )
    expect(() => fc.assert(fc.property(typed, (text) => void parse(text)))).not.toThrow()
  })
})

describe('text without spaces, and emoji', () => {
  it('have further words; a query has the same', () => {
    expect(extraWords('plain text, ünïcode')).toBe('')
    expect(extraWords('检索日志')).toBe('检索 索日 日志 志')
    expect(extraWords('in React中用 🎉')).toBe('React 中用 用 emoji1f389')
    expect(wordRuns('检索日')).toEqual([{ words: ['检索', '索日'], open: false }])
    expect(wordRuns('日')).toEqual([{ words: ['日'], open: true }])
  })

  it('are found by any part of them', () => {
    const character = fc.constantFrom(...'检索日志検索対話기록'.split(''))
    fc.assert(
      fc.property(fc.array(character, { minLength: 2, maxLength: 12 }), fc.nat(), fc.integer({ min: 2, max: 5 }), (text, at, length) => {
        const from = at % (text.length - 1)
        const part = text.slice(from, from + length).join('')
        const indexed = ` ${extraWords(text.join(''))} `
        const [run] = wordRuns(part)
        expect(indexed).toContain(` ${run?.words.join(' ')} `)
      }),
    )
  })
})
