import { useMemo } from 'react'
import { formatCount, plural } from '../../words/figures.ts'
import { client } from '../../connection/connection.ts'
import { useAsides } from '../../state/aside-store.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { budgetWords, stateWords } from './budget-words.ts'
import './conversation-cost.css'
import { wholeFigures } from './conversation-figures.ts'
import { metricsView } from './metrics-store.ts'
import { useNames } from './names.ts'
import { costWords, rewriteShare, tokenCount } from './totals-figures.ts'
import { useLoaded } from './use-loaded.ts'

export type ConversationFigures = Awaited<ReturnType<typeof client.metrics.conversation>>

/** What a conversation adds up to, with the budgets it counts to; asked for again when a turn has changed it. Null while it has no turns. */
export function useConversationFigures(id: string): ConversationFigures | null {
  const conversation = usePool((state) => state.conversations.get(id))
  const { turnCount = 0, lastTurn = null, usage, costUsd } = conversation ?? {}
  // Side questions cost too.
  const asked = useAsides(({ open }) => open.get(id)?.exchanges.filter(({ outcome }) => outcome !== null).length ?? 0)
  const key = turnCount === 0 ? null : JSON.stringify([id, turnCount, lastTurn?.outcome, usage, costUsd, asked])
  const loaded = useLoaded(key, async () => ({ of: id, figures: await client.metrics.conversation({ id }) })).value
  return useMemo(() => {
    // Another conversation's stay until these have come.
    if (key === null || loaded?.of !== id || !conversation) return null
    const totals = wholeFigures(loaded.figures.totals, conversation)
    return totals.turns > 0 ? { ...loaded.figures, totals } : null
  }, [key, loaded, id, conversation])
}

/** What a conversation has cost so far, and whether a budget of it is near its end. Leads to its figures. */
export function ConversationCost({ id, figures: { totals, budgets } }: { id: string; figures: ConversationFigures }) {
  const nameOf = useNames()
  const worst = budgets.find(({ state }) => state === 'over') ?? budgets.find(({ state }) => state === 'near')
  const again = rewriteShare(totals)
  const words = [
    `${plural(totals.turns, 'turn')}, ${formatCount(tokenCount(totals))} tokens`,
    totals.costUnknown > 0 ? `${plural(totals.costUnknown, 'turn')} of unknown price` : null,
    again === null || again === 0 ? null : `${Math.round(again * 100)}% of turns rewrote the prompt cache`,
    ...(worst ? [`${budgetWords(worst.budget, worst.targetId, nameOf)}: ${stateWords(worst)}`] : []),
    'Show metrics',
  ]
  return (
    <button
      type="button"
      className={`conversation-cost conversation-cost-${worst?.state ?? 'ok'} figure`}
      title={words.filter((word) => word !== null).join('. ')}
      onClick={() => {
        metricsView.showConversation(id)
        ui.go({ name: 'metrics' })
      }}
    >
      {totals.costUnknown === totals.turns ? 'cost unknown' : costWords(totals)}
      {worst && <span>{worst.state === 'over' ? ' · budget used up' : ' · budget nearly used up'}</span>}
    </button>
  )
}
