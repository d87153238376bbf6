import { getEventMeta, ORPCError } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { isErrorCode } from '../../shared/app-error.ts'
import type { Contract } from '../../shared/contract/index.ts'
import { changedRequests, withParts } from '../../shared/domain/asked-call.ts'
import { conversationEventSchema } from '../../shared/domain/event.ts'
import { withRepeatedText } from '../../shared/domain/message.ts'
import type { ThreadSource } from './thread-source.ts'

export type ConversationClient = Pick<ContractRouterClient<Contract>, 'conversations'>

/** The calls of the contract as a thread uses them. Events are parsed at this end too; one that does not fit is skipped. */
export function threadSource({ conversations }: ConversationClient): ThreadSource {
  return {
    messages: async (input) => {
      const page = await conversations.messages({ ...input, tools: true, repeatText: false })
      return { ...page, items: page.items.map(withRepeatedText) }
    },
    turns: (input) => conversations.turns(input),
    events: async function* ({ id, lastEventId, signal }) {
      const stream = await conversations.events({ id }, { signal, lastEventId })
      for await (const event of stream) {
        const parsed = conversationEventSchema.safeParse(event)
        if (parsed.success) yield { id: getEventMeta(event)?.id, event: changedRequests(parsed.data, withParts) }
      }
    },
    explain,
  }
}

const finalCodes = ['NOT_FOUND', 'FORBIDDEN', 'BAD_REQUEST']

function explain(thrown: unknown): { message: string; final: boolean } {
  if (thrown instanceof ORPCError && isErrorCode(thrown.code)) return { message: thrown.message, final: finalCodes.includes(thrown.code) }
  return { message: 'Lost connection to Bullpen. Reconnecting…', final: false }
}
