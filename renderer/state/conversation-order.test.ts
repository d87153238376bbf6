import fc from 'fast-check'
import { expect, test } from 'vitest'
import { idOf, sampleConversation } from '../../e2e/support/samples.ts'
import type { Conversation } from '../../shared/domain/conversation.ts'
import { ConversationOrder, ofInstance } from './conversation-order.ts'

const change = fc.record({ number: fc.nat(12), minute: fc.nat(59), archived: fc.boolean(), removed: fc.boolean() })

test('whatever changes, the order is that of all of them sorted anew', () => {
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 6 }), { maxLength: 12 }), (steps) => {
      const order = new ConversationOrder()
      let conversations = new Map<string, Conversation>()
      for (const step of steps) {
        conversations = new Map(conversations)
        for (const { number, minute, archived, removed } of step) {
          const id = idOf('conv', number)
          const updatedAt = `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`
          if (removed) conversations.delete(id)
          else conversations.set(id, sampleConversation({ id, updatedAt, state: archived ? 'archived' : 'active' }))
        }
        expect(order.update(conversations)).toEqual(sorted(conversations))
      }
    }),
  )
})

test('the conversations of an instance, the one that changed last first', () => {
  const [own, other] = [idOf('inst', 1), idOf('inst', 2)]
  const at = (second: number) => `2026-01-01T00:00:0${second}.000Z`
  const all = [
    sampleConversation({ id: idOf('conv', 1), instanceId: own, updatedAt: at(1) }),
    sampleConversation({ id: idOf('conv', 2), instanceId: other, updatedAt: at(2) }),
    sampleConversation({ id: idOf('conv', 3), instanceId: own, updatedAt: at(3), state: 'archived' }),
    sampleConversation({ id: idOf('conv', 4), instanceId: null, updatedAt: at(4) }),
  ]
  const conversations = new Map(all.map((one) => [one.id, one]))
  expect(ofInstance(conversations, own)).toEqual([all[2], all[0]])
  expect(ofInstance(conversations, idOf('inst', 3))).toEqual([])
  expect(ofInstance(conversations, null)).toEqual([all[3]])
})

function sorted(conversations: ReadonlyMap<string, Conversation>): Conversation[] {
  return [...conversations.values()]
    .filter(({ state }) => state === 'active')
    .toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt) || b.id.localeCompare(a.id))
}
