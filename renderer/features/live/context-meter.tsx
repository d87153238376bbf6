import { Popover } from 'radix-ui'
import { useEffect, useState } from 'react'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Instance } from '../../../shared/domain/instance.ts'
import { loadContext, useContexts } from '../../state/context-store.ts'
import { ContextPanel } from './context-panel.tsx'
import './live.css'

/** How full the context is, beside the field where a message is written; opens what fills it. */
export function ContextMeter({ conversation, instance }: { conversation: Conversation; instance: Instance }) {
  const { id, lastTurn } = conversation
  const usage = useContexts((store) => store.byConversation.get(id))
  const [open, setOpen] = useState(false)
  const hasProcess = instance.process !== null && instance.conversationId === id && instance.pause !== 'freeze'
  const ended = lastTurn !== null && lastTurn.outcome !== null ? `${lastTurn.id} ${lastTurn.endedAt}` : null
  useEffect(() => {
    if (hasProcess && ended !== null) void loadContext(id, instance.id)
  }, [id, instance.id, hasProcess, ended])
  if (!usage) return null
  const percent = Math.round(usage.percentage)
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className="live-choice context-meter" aria-label={`Context: ${percent}% used`} title={`Context: ${percent}% used`}>
        <span className="context-gauge" aria-hidden>
          <span style={{ width: `${Math.min(100, percent)}%` }} data-full={percent >= 80 || undefined} />
        </span>
        {percent}%
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="menu context-popover" side="top" align="end" sideOffset={6} collisionPadding={12} aria-label="Context">
          <h2>Context</h2>
          <ContextPanel conversationId={id} usage={usage} canCompact={conversation.turnCount > 0} onDone={() => setOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
