import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clipDiff } from './clip-diff.ts'
import { diffFigures, diffOfTool } from './edit-diff.ts'

test('an edit shows what goes and what comes', () => {
  const diff = diffOfTool('Edit', { file_path: '/a.ts', old_string: 'one\ntwo\nthree', new_string: 'one\n2\nthree\nfour' })
  expect(diff?.hunks).toHaveLength(1)
  expect(diff?.hunks[0]?.lines.map((line) => `${line.kind} ${line.text}`)).toEqual([
    'same one',
    'removed two',
    'added 2',
    'same three',
    'added four',
  ])
  expect(diff && diffFigures(diff)).toBe('+2 −1')
})

test('a written file is all new', () => {
  const diff = diffOfTool('Write', { file_path: '/a.ts', content: 'a\nb\n' })
  expect(diff).toMatchObject({ added: 2, removed: 0, whole: true })
})

test('several edits are several hunks', () => {
  const edits = [
    { old_string: 'a', new_string: 'b' },
    { old_string: 'c', new_string: '' },
  ]
  expect(diffOfTool('MultiEdit', { file_path: '/a', edits })).toMatchObject({ added: 1, removed: 2 })
})

test('other tools and other input have no diff', () => {
  expect(diffOfTool('Bash', { command: 'ls' })).toBeNull()
  expect(diffOfTool('Edit', { file_path: '/a' })).toBeNull()
  expect(diffOfTool('MultiEdit', { file_path: '/a', edits: 3 })).toBeNull()
})

test('old and new can be read back from a small diff', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n'))
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines =
        diffOfTool('Edit', { file_path: '/a', old_string: before, new_string: after })?.hunks.flatMap((hunk) => hunk.lines) ?? []
      if (lines.length === 0) return
      const side = (kind: string) => lines.flatMap((line) => (line.kind === 'same' || line.kind === kind ? [line.text] : [])).join('\n')
      expect(side('removed')).toBe(before.replace(/\n$/, ''))
      expect(side('added')).toBe(after.replace(/\n$/, ''))
    }),
  )
})

test('of a change too large to be compared all old lines go and all new ones come', () => {
  const before = 'one\n'.repeat(60_000)
  const after = `${before}two\n`
  const diff = diffOfTool('Edit', { file_path: '/a', old_string: before, new_string: after })
  expect(diff).toMatchObject({ removed: 60_000, added: 60_001 })
  const shown = clipDiff(diff?.hunks ?? [], { lines: 60_002, characters: 1_000_000 })
  expect(shown.hunks.flatMap(({ lines }) => lines.slice(-3).map(({ kind, text }) => `${kind} ${text}`))).toEqual([
    'removed one',
    'added one',
    'added one',
  ])
  expect(shown.rest).toMatchObject({ lines: 59_999, allLines: 120_001 })
})

test('however many edits a call holds, none is left out', () => {
  const edits = Array.from({ length: 400 }, (_, place) => {
    const lines = Array.from({ length: 300 }, (__, at) => `${place} ${(at * 7919) % 300}`)
    return { old_string: lines.join('\n'), new_string: lines.toReversed().join('\n') }
  })
  const diff = diffOfTool('MultiEdit', { file_path: '/a', edits })
  const lines = diff?.hunks.flatMap((hunk) => hunk.lines) ?? []
  expect(lines.filter(({ kind, text }) => kind !== 'removed' && text.startsWith('399 '))).toHaveLength(300)
  expect(lines.filter(({ kind, text }) => kind !== 'added' && text.startsWith('399 '))).toHaveLength(300)
})
