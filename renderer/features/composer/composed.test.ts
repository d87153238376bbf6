import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DraftPart } from '../../../shared/domain/draft.ts'
import { commandOf, composed, isEmptyDraft, tooMuch } from './composed.ts'

const id = '00000000-0000-4000-8000-000000000000'
const paste = (text: string): DraftPart => ({ type: 'paste', id, text })

test('what was pasted comes behind the words, in full', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.array(fc.string({ minLength: 1 })), (text, pasted) => {
      const sent = composed({ text: `x${text}`, parts: pasted.map(paste) }).text
      expect(sent).toBe([`x${text}`, ...pasted].join('\n\n'))
    }),
  )
  expect(composed({ text: '  ', parts: [paste('alone')] })).toEqual({ text: 'alone' })
})

test('images and files go beside the words, without what is only ours', () => {
  const file: DraftPart = { type: 'document', id, name: 'a.txt', mediaType: 'text/plain', data: 'a' }
  const image: DraftPart = { type: 'image', id, name: 'a.png', mediaType: 'image/png', data: 'AAAA' }
  expect(composed({ text: 'look', parts: [file, image] })).toEqual({
    text: 'look',
    images: [{ mediaType: 'image/png', data: 'AAAA' }],
    attachments: [{ type: 'document', name: 'a.txt', mediaType: 'text/plain', data: 'a' }],
  })
})

test('a message that is too long says so and what would help', () => {
  expect(tooMuch({ text: 'short' })).toBeNull()
  expect(tooMuch({ text: 'x'.repeat(1_000_001) })).toContain('1,000,001 characters')
})

test('a draft is a command when it begins with an exclamation mark', () => {
  expect(commandOf({ text: '! npm test ', parts: [] })).toBe('npm test')
  expect(commandOf({ text: 'Wow! Great', parts: [] })).toBeNull()
  expect(isEmptyDraft({ text: ' \n', parts: [] })).toBe(true)
})
