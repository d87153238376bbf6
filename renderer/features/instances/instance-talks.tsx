import { useState } from 'react'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { formatWhen, plural } from '../../words/figures.ts'
import { newConversation } from '../../commands/begin-conversation.ts'

const pageSize = 12

export type InstanceTalksProps = { instanceId: string; current: string | null; conversations: readonly Conversation[] }

/** The conversations of an instance, the newest first. */
export function InstanceTalks({ instanceId, current, conversations }: InstanceTalksProps) {
  const [shown, setShown] = useState(pageSize)
  return (
    <section className="instance-talks" aria-label="Conversations of this instance">
      <div className="instance-section">
        <h2>Conversations</h2>
        <Button small variant="quiet" onClick={() => newConversation(instanceId)}>
          New conversation
        </Button>
      </div>
      {conversations.length === 0 && <p className="instance-none">No conversations yet. Write a message below to start one.</p>}
      {conversations.slice(0, shown).map((one) => (
        <button key={one.id} type="button" onClick={() => ui.go({ name: 'conversation', id: one.id })}>
          <span>{one.title}</span>
          <small className="figure">
            {[noteOf(one, current), plural(one.turnCount, 'turn'), formatWhen(one.updatedAt)].filter(Boolean).join(' · ')}
          </small>
        </button>
      ))}
      {conversations.length > shown && (
        <Button small variant="quiet" onClick={() => setShown(shown + 4 * pageSize)}>
          Show more ({conversations.length - shown})
        </Button>
      )}
    </section>
  )
}

function noteOf({ id, lastTurn }: Conversation, current: string | null): string | null {
  if (lastTurn?.outcome === 'lost') return 'cut off'
  if (lastTurn?.outcome === 'failed') return 'failed'
  return id === current ? 'current' : null
}
