import type { ReactNode } from 'react'
import type { Approval } from '../../../shared/domain/approval.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Instance } from '../../../shared/domain/instance.ts'
import { client } from '../../connection/connection.ts'
import { readable } from '../../words/error-words.ts'
import { usePool } from '../../state/pool-store.ts'
import { markSeen } from '../../state/seen-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { RunMark } from '../../ui/run-mark.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { ApprovalItem } from '../approvals/approval-item.tsx'
import { formatWhen } from '../../words/figures.ts'
import { turnEnding } from '../../words/turn-words.ts'
import { adviceFor } from '../instances/instance-advice.ts'
import { attempt } from '../../commands/instance-actions.ts'
import { markOf } from '../../words/instance-words.ts'
import { RemedyButtons } from '../instances/remedy-buttons.tsx'
import { NeedForm } from '../runs/need-form.tsx'
import type { Need } from '../../state/needs.ts'
import { runOfApproval, type StepNeed } from '../../state/step-needs.ts'

/** One thing that waits for the user, with what can be done about it. */
export function NeedItem({ need, active }: { need: Need; active: boolean }) {
  switch (need.kind) {
    case 'approval':
      return <Question approval={need.approval} active={active} />
    case 'failed-instance':
      return <FailedInstance instance={need.instance} />
    case 'cut-off':
      return <CutOff conversation={need.conversation} />
    case 'step':
      return <RunStep need={need} />
  }
}

function Question({ approval, active }: { approval: Approval; active: boolean }) {
  const home = usePool((state) => state.health?.platform.home ?? null)
  const instance = usePool((state) => state.instances.get(approval.instanceId))
  const title = usePool((state) => state.conversations.get(approval.conversationId)?.title ?? '')
  const run = usePool((state) => runOfApproval(state.runs, approval.id))
  const stepId = run?.asks.find(({ approvalId }) => approvalId === approval.id)?.stepId
  return (
    <>
      <Head instance={instance} detail={title}>
        {run && stepId !== undefined && <ShowRunButton runId={run.id} stepId={stepId} />}
        <ShowButton conversationId={approval.conversationId} />
      </Head>
      <ApprovalItem
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

function RunStep({ need: { run, ask } }: { need: StepNeed }) {
  const { stepId, title, text, kind } = ask
  const open = () => ui.openDialog({ name: 'finish-step', runId: run.id, stepId })
  return (
    <>
      <div className="need-head">
        <RunMark state="needs-you" />
        <h2>{run.title}</h2>
        {/* A gate without a title has its question as one, which is said below. */}
        <span className="need-detail">{title !== text && title}</span>
        {kind !== 'gate' && (
          <Button small variant="quiet" onClick={open}>
            Mark as done…
          </Button>
        )}
        <ShowRunButton runId={run.id} stepId={stepId} />
      </div>
      <NeedForm runId={run.id} step={{ id: stepId, need: ask }} />
    </>
  )
}

function ShowRunButton({ runId, stepId }: { runId: string; stepId: string }) {
  return (
    <Button small variant="quiet" onClick={() => ui.go({ name: 'run', id: runId, step: stepId })}>
      Show run
    </Button>
  )
}

function FailedInstance({ instance }: { instance: Instance }) {
  return (
    <>
      <Head instance={instance} detail={adviceFor(instance.error).title}>
        <Button small variant="quiet" onClick={() => ui.go({ name: 'instance', id: instance.id })}>
          Details
        </Button>
      </Head>
      <p className="need-words">{instance.error?.message ?? 'No reason given.'}</p>
      <div className="need-acts">
        <RemedyButtons instance={instance} />
      </div>
    </>
  )
}

function CutOff({ conversation }: { conversation: Conversation }) {
  const { id, title, lastTurn, instanceId } = conversation
  const instance = usePool((state) => (instanceId === null ? undefined : state.instances.get(instanceId)))
  const ending = lastTurn && turnEnding(lastTurn, [])
  const needsSignIn = ending?.actions.includes('sign-in') ?? false
  const canGoOn = ending?.actions.includes('continue') ?? false
  return (
    <>
      <Head instance={instance} detail={title}>
        <span className="figure">{lastTurn?.endedAt && formatWhen(lastTurn.endedAt)}</span>
      </Head>
      <p className="need-words">
        <strong>{ending?.title ?? 'It ended unexpectedly'}.</strong> {ending?.detail}
      </p>
      <div className="need-acts">
        {needsSignIn && (
          <Button small onClick={() => ui.openDialog({ name: 'sign-in' })}>
            How to sign in
          </Button>
        )}
        {canGoOn && (
          <Button small onClick={() => attempt(client.conversations.continue({ id }))}>
            Continue
          </Button>
        )}
        <Button small variant={canGoOn || needsSignIn ? 'quiet' : 'secondary'} onClick={() => ui.go({ name: 'conversation', id })}>
          {canGoOn ? 'Show' : 'Open and retry'}
        </Button>
        <Button small variant="quiet" onClick={() => markSeen(id)}>
          Dismiss
        </Button>
      </div>
    </>
  )
}

function Head({ instance, detail, children }: { instance: Instance | undefined; detail: string; children: ReactNode }) {
  return (
    <div className="need-head">
      {instance && <StateMark mark={markOf(instance)} />}
      <h2>{instance?.name ?? 'No instance'}</h2>
      <span className="need-detail">{detail}</span>
      {children}
    </div>
  )
}

function ShowButton({ conversationId }: { conversationId: string }) {
  return (
    <Button small variant="quiet" onClick={() => ui.go({ name: 'conversation', id: conversationId })}>
      Show
    </Button>
  )
}
