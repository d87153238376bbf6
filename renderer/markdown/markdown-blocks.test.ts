import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptySplit, splitBlocks } from './markdown-blocks.ts'

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

test('markdown within markdown ends with its own fence', () => {
  const text = '```md\n# README\n```bash\nnpm install\n```\nText after.\n```\n\nAnd on.'
  expect(splitBlocks(text).blocks).toMatchObject([
    { kind: 'code', language: 'md', text: '# README\n```bash\nnpm install\n```\nText after.', closed: true },
    { kind: 'prose', text: 'And on.' },
  ])
  expect(splitBlocks('```md\n# README\n```bash\nnpm install\n```\n\nAnd on.').blocks).toHaveLength(2)
})

test('a formula on lines of its own is a block; one that never ends is not', () => {
  expect(splitBlocks('So:\n\n$$\nx^2\n$$\n\nand').blocks).toMatchObject([
    { kind: 'prose' },
    { kind: 'math', text: 'x^2' },
    { kind: 'prose' },
  ])
  expect(splitBlocks('\\[\nx^2\n\\]').blocks).toMatchObject([{ kind: 'math', text: 'x^2' }])
  expect(splitBlocks('$$\nx^2\n\nand $$').blocks.map(({ kind }) => kind)).toEqual(['prose', 'prose'])
})

test('what unfolds has its words and its text', () => {
  expect(splitBlocks('<details><summary>More</summary>hidden **text**</details>\n\nAfter').blocks).toMatchObject([
    { kind: 'details', summary: 'More', text: 'hidden **text**', open: false },
    { kind: 'prose', text: 'After' },
  ])
  const nested = '<details open>\n<summary>A</summary>\n\n<details>\n<summary>B</summary>\n\n- x\n\n</details>\n</details>'
  expect(splitBlocks(nested).blocks).toMatchObject([{ kind: 'details', summary: 'A', open: true }])
})

test('code within a list stays in the list, with its blank lines', () => {
  const text = '1. one\n\n   ```sh\n   a\n\n   b\n   ```\n\n2. two\n\nEnd'
  expect(splitBlocks(text).blocks.map((block) => block.text)).toEqual([text.slice(0, -5), 'End'])
})

test('definitions of links are no block', () => {
  expect(splitBlocks('See [a].\n\n[a]: https://a.example\n[b]: <https://b.example> "B"\n').blocks).toMatchObject([{ text: 'See [a].' }])
})

test('every line of a text is in a block, unless it is blank, a fence or a definition', () => {
  const line = fc.constantFrom(
    '# h',
    'text',
    '- item',
    '  nested',
    '      deep',
    '> quote',
    '',
    '1. one',
    '---',
    '$$',
    '<b>',
    '| a |',
    '|---|',
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
      const words = (text: string) => text.split(/\s+/).filter((word) => word !== '' && word !== '$$')
      expect(splitBlocks(lines.join('\n')).blocks.flatMap((block) => words(block.text))).toEqual(words(lines.join('\n')))
    }),
  )
})
