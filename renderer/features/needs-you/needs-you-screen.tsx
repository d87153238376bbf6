import type { ReactNode } from 'react'
import { client } from '../../connection/connection.ts'
import { readable } from '../../connection/error-words.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { ApprovalCard } from '../approvals/approval-card.tsx'
import { attempt } from '../instances/instance-actions.ts'
import type { Need } from './needs.ts'
import { useNeeds } from './use-needs.ts'
import './needs-you.css'

/** Everything that waits for the user, over all instances. The first question takes the chords. */
export function NeedsYouScreen() {
  const needs = useNeeds()
  const first = needs.find(({ kind }) => kind === 'approval')?.key
  return (
    <main className="page">
      <div className="page-column">
        <div className="page-head">
          <h1>Needs you</h1>
        </div>
        {needs.length === 0 ? (
          <div className="page-empty">
            <StateMark mark="idle" />
            <p>Nothing waits for you.</p>
          </div>
        ) : (
          needs.map((need) => (
            <div key={need.key} className="need">
              <NeedItem need={need} active={need.key === first} />
            </div>
          ))
        )}
      </div>
    </main>
  )
}

function NeedItem({ need, active }: { need: Need; active: boolean }) {
  const home = usePool((state) => state.health?.platform.home ?? null)
  const instances = usePool((state) => state.instances)
  const conversations = usePool((state) => state.conversations)
  if (need.kind === 'approval') {
    const { approval } = need
    const instance = instances.get(approval.instanceId)
    return (
      <>
        <Head
          name={instance?.name ?? ''}
          detail={conversations.get(approval.conversationId)?.title ?? ''}
          conversationId={approval.conversationId}
        />
        <ApprovalCard
          approval={approval}
          places={{ cwd: instance?.cwd ?? null, home }}
          active={active}
          decide={async (decision) => {
            await readable(client.approvals.decide({ id: approval.id, ...decision }))
          }}
        />
      </>
    )
  }
  if (need.kind === 'failed-instance') {
    const { instance } = need
    return (
      <>
        <Head name={instance.name} detail="has failed" conversationId={instance.conversationId} />
        <p className="need-words">{instance.error?.message}</p>
        <Button small onClick={() => attempt(client.instances.restart({ id: instance.id }))}>
          Restart {instance.name}
        </Button>
      </>
    )
  }
  const { conversation } = need
  const lost = conversation.lastTurn?.outcome === 'lost'
  return (
    <>
      <Head name={conversation.title} detail={lost ? 'was cut off' : 'failed'} conversationId={conversation.id} />
      <p className="need-words">{conversation.lastTurn?.error?.message}</p>
      <Button small onClick={() => attempt(client.conversations.continue({ id: conversation.id }))}>
        Continue
      </Button>
    </>
  )
}

function Head({ name, detail, conversationId }: { name: ReactNode; detail: ReactNode; conversationId: string | null }) {
  return (
    <div className="need-head">
      <strong>{name}</strong>
      <span>{detail}</span>
      {conversationId !== null && (
        <Button small variant="quiet" onClick={() => ui.go({ name: 'conversation', id: conversationId })}>
          Show
        </Button>
      )}
    </div>
  )
}
