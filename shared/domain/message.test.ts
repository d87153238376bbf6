import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withoutRepeatedText, withRepeatedText, type Block, type Message } from './message.ts'

const words = fc.constantFrom('', 'one', 'two\n\nthree', ' ')
const block: fc.Arbitrary<Block> = fc.oneof(
  words.map((text) => ({ type: 'text' as const, text })),
  words.map((text) => ({ type: 'thinking' as const, text })),
)
const message: fc.Arbitrary<Message> = fc.record({
  id: fc.constant('msg_1'),
  seq: fc.nat(),
  role: fc.constantFrom('user', 'assistant'),
  text: fc.constantFrom('', 'one', 'one\n\none', 'two\n\nthree'),
  blocks: fc.array(block, { maxLength: 3 }),
  turnId: fc.constant(null),
  createdAt: fc.constant('2026-01-01T00:00:00.000Z'),
})

test('a message whose text is not sent again comes back as it was', () => {
  fc.assert(
    fc.property(message, (one) => {
      expect(withRepeatedText(withoutRepeatedText(one))).toEqual(one)
    }),
  )
})

test('a text that the blocks say is sent once', () => {
  const long = 'x'.repeat(1_000)
  const sent = withoutRepeatedText({
    id: 'msg_1',
    seq: 1,
    role: 'assistant',
    text: long,
    blocks: [{ type: 'text', text: long }],
    turnId: null,
    createdAt: '2026-01-01T00:00:00.000Z',
  })
  expect(JSON.stringify(sent).split(long)).toHaveLength(2)
})
