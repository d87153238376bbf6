import { stepNeedsIn } from '../state/step-needs.ts'
import { usePool } from '../state/pool-store.ts'
import { conversationOf, needsOf, type Need } from '../state/needs.ts'
import { useSeen } from '../state/seen-store.ts'
import type { Screen } from '../state/screen-address.ts'
import { ui, useUi } from '../state/ui-store.ts'
import { askedWords, endedWords, stepAskedWords } from '../words/need-words.ts'

/** Shows what a need is about. */
export function showNeed(need: Need): void {
  const id = conversationOf(need)
  if (id !== null) ui.go({ name: 'conversation', id })
  else if (need.kind === 'failed-instance') ui.go({ name: 'instance', id: need.instance.id })
  else if (need.kind === 'step') ui.go({ name: 'run', id: need.run.id, step: need.ask.stepId })
}

/** Why the user is needed, in two or three words. */
export function needWhy(need: Need): string {
  if (need.kind === 'approval') return askedWords(need.approval)
  if (need.kind === 'step') return stepAskedWords(need.ask)
  return need.kind === 'failed-instance' ? 'Failed' : endedWords(need.conversation.lastTurn?.outcome)
}

/** What it is about: the title of a conversation or a run, or an instance's name. */
export function useNeedTitle(need: Need): string {
  return usePool(({ conversations, instances }) => {
    if (need.kind === 'failed-instance') return need.instance.name
    if (need.kind === 'cut-off') return need.conversation.title
    if (need.kind === 'step') return need.run.title
    const { conversationId, instanceId } = need.approval
    return conversations.get(conversationId)?.title ?? instances.get(instanceId)?.name ?? 'Conversation'
  })
}

/** Goes to what needs the user, after the one that is on the screen; round and round. */
export function showNextNeed(): void {
  const { approvals, instances, conversations, runs } = usePool.getState()
  const needs = needsOf({ approvals, instances, conversations, steps: stepNeedsIn(runs), seenAt: useSeen.getState().at })
  const { screen } = useUi.getState()
  const at = needs.findLastIndex((need) => isShown(need, screen))
  const next = needs[(at + 1) % Math.max(1, needs.length)]
  if (next) showNeed(next)
  else ui.go({ name: 'needs-you' })
}

function isShown(need: Need, screen: Screen): boolean {
  const shown = 'id' in screen ? screen.id : null
  if (need.kind === 'step') return need.run.id === shown && (screen.name !== 'run' || (screen.step ?? need.ask.stepId) === need.ask.stepId)
  return conversationOf(need) === shown || (need.kind === 'failed-instance' && need.instance.id === shown)
}
