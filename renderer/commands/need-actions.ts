import { usePool } from '../state/pool-store.ts'
import { conversationOf, needsOf, type Need } from '../state/needs.ts'
import { useSeen } from '../state/seen-store.ts'
import { ui, useUi } from '../state/ui-store.ts'
import { askedWords, endedWords } from '../words/need-words.ts'

/** Shows what a need is about. */
export function showNeed(need: Need): void {
  const id = conversationOf(need)
  if (id !== null) ui.go({ name: 'conversation', id })
  else if (need.kind === 'failed-instance') ui.go({ name: 'instance', id: need.instance.id })
}

/** Why the user is needed, in two or three words. */
export function needWhy(need: Need): string {
  if (need.kind === 'approval') return askedWords(need.approval)
  return need.kind === 'failed-instance' ? 'Failed' : endedWords(need.conversation.lastTurn?.outcome)
}

/** What it is about: a conversation's title, or an instance's name. */
export function useNeedTitle(need: Need): string {
  return usePool(({ conversations, instances }) => {
    if (need.kind === 'failed-instance') return need.instance.name
    if (need.kind === 'cut-off') return need.conversation.title
    const { conversationId, instanceId } = need.approval
    return conversations.get(conversationId)?.title ?? instances.get(instanceId)?.name ?? 'Conversation'
  })
}

/** Goes to what needs the user, after the one that is on the screen; round and round. */
export function showNextNeed(): void {
  const { approvals, instances, conversations } = usePool.getState()
  const needs = needsOf({ approvals, instances, conversations, seenAt: useSeen.getState().at })
  const { screen } = useUi.getState()
  const shown = 'id' in screen ? screen.id : null
  const at = needs.findLastIndex(
    (need) => conversationOf(need) === shown || (need.kind === 'failed-instance' && need.instance.id === shown),
  )
  const next = needs[(at + 1) % Math.max(1, needs.length)]
  if (next) showNeed(next)
  else ui.go({ name: 'needs-you' })
}
