import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptySplit, linkDefinitions, splitBlocks } from './markdown-blocks.ts'

const text = [
  '# Title',
  '',
  'A paragraph',
  'of two lines.',
  '',
  '- one',
  '- two',
  '',
  '  more of two',
  '',
  '```ts',
  'const a = 1',
  '',
  'const b = 2',
  '```',
  '',
  '| a | b |',
  '|---|---|',
  '| 1 | 2 |',
  '',
].join('\n')

test('headings, lists, code and tables are blocks', () => {
  const { blocks } = splitBlocks(text)
  expect(blocks.map((block) => block.kind)).toEqual(['prose', 'prose', 'prose', 'code', 'prose'])
  expect(blocks[3]).toMatchObject({ language: 'ts', text: 'const a = 1\n\nconst b = 2', closed: true })
})

test('a fence that is still open is code already', () => {
  expect(splitBlocks('```py\nprint(1)\n').blocks).toMatchObject([{ kind: 'code', language: 'py', text: 'print(1)', closed: false }])
  expect(splitBlocks('````md\n```\nx\n```\n````').blocks).toMatchObject([{ language: 'md', text: '```\nx\n```', closed: true }])
  expect(splitBlocks('```').blocks).toMatchObject([{ kind: 'code', text: '', closed: false }])
})

test('what is finished stays the same object while the text grows', () => {
  const first = splitBlocks('# Title\n\nOne.\n\nTwo')
  const second = splitBlocks('# Title\n\nOne.\n\nTwo and\n\nthree', first)
  expect(second.blocks[0]).toBe(first.blocks[0])
  expect(second.blocks[1]).toBe(first.blocks[1])
  expect(second.blocks).toHaveLength(4)
})

test('growing piece by piece gives what reading all at once gives', () => {
  const line = fc.constantFrom(
    '# h',
    'text',
    '- item',
    '  nested',
    '    code',
    '```ts',
    '```',
    '| a |',
    '|---|',
    '> quote',
    '',
    '',
    '---',
    '1. one',
    '**bold',
    '[a]: https://a.example',
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 24 }), fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 40 }), (lines, cuts) => {
      const whole = lines.join('\n')
      let split = emptySplit
      let position = 0
      for (const cut of cuts) {
        position = Math.min(whole.length, position + cut)
        split = splitBlocks(whole.slice(0, position), split)
      }
      expect(splitBlocks(whole, split).blocks).toEqual(splitBlocks(whole).blocks)
    }),
    { numRuns: 2000 },
  )
})

test('link definitions are found', () => {
  expect(linkDefinitions('See [a].\n\n[a]: https://a.example\n')).toBe('[a]: https://a.example')
  expect(linkDefinitions('no')).toBe('')
})
