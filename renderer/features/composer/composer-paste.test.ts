import { expect, test } from 'vitest'
import { meaningOfPaste } from './composer-paste.ts'

const picture = new File(['x'], 'image.png', { type: 'image/png' })

test('words are pasted, and a picture of them is offered', () => {
  expect(meaningOfPaste({ text: 'a\tb\n1\t2\n', files: [picture] })).toEqual({ kind: 'text', offered: [picture] })
  expect(meaningOfPaste({ text: 'words', files: [] })).toEqual({ kind: 'text', offered: [] })
})

test('a picture alone is taken', () => {
  expect(meaningOfPaste({ text: '', files: [picture] })).toEqual({ kind: 'files', files: [picture] })
})

test('a copied file is taken, although its name comes as words', () => {
  expect(meaningOfPaste({ text: 'image.png', files: [picture] })).toEqual({ kind: 'files', files: [picture] })
  expect(meaningOfPaste({ text: '/home/ada/image.png\n', files: [picture] })).toEqual({ kind: 'files', files: [picture] })
  const spaced = new File(['x'], 'my picture ü.png', { type: 'image/png' })
  const address = 'file:///home/ada/my%20picture%20%C3%BC.png'
  expect(meaningOfPaste({ text: address, files: [spaced] })).toEqual({ kind: 'files', files: [spaced] })
})
