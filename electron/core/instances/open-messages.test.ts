import { expect, test } from 'vitest'
import { OpenMessages } from './open-messages.ts'

function opened(): { open: OpenMessages; discarded: string[] } {
  const discarded: string[] = []
  return { open: new OpenMessages((providerId) => discarded.push(providerId)), discarded }
}

test('a message that did not stream takes the place of what is open in its lane, and of nothing else', () => {
  const { open, discarded } = opened()
  open.starts('m-1', '')
  open.starts('a-1', 'agent')
  open.completes('m-2', '')
  expect(discarded).toEqual(['m-1'])
  open.completes('a-2', 'agent')
  expect(discarded).toEqual(['m-1', 'a-1'])
})

test('the blocks of a message that streams stay, and a repeated stream starts over', () => {
  const { open, discarded } = opened()
  open.starts('m-1', '')
  open.completes('m-1', '')
  expect([open.place('m-1', 1), open.place('m-1', 2), open.place('m-1', 1)]).toEqual([0, 1, 3])
  expect(discarded).toEqual([])
  open.starts('m-1', '')
  expect(discarded).toEqual(['m-1'])
  expect(open.place('m-1', 1)).toBe(0)
})
