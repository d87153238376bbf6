import type { Approval } from '../../../shared/domain/approval.ts'
import type { Need } from '../../../shared/domain/need.ts'
import type { RunAsk, RunSummary } from '../../../shared/domain/run.ts'
import { approvalWords, stepAskWords } from '../../../shared/notification-words.ts'

export type NeedSources = {
  approvals: readonly Approval[]
  /** Those in which something waits. */
  runs: readonly RunSummary[]
  /** An instance's name. */
  nameOf: (instanceId: string) => string | undefined
}

type StepKind = Exclude<Need['kind'], 'approval'>

const stepDecisions: Record<StepKind, readonly string[]> = {
  gate: ['approve', 'reject'],
  'cut-off': ['retry', 'skip', 'done'],
  event: ['done', 'skip'],
}

/** Everything that waits for a person, each once and the oldest first. What waits in a nested run is that run's. */
export function needsOf({ approvals, runs, nameOf }: NeedSources): Need[] {
  const steps = new Map<string, { runId: string; stepId: string }>()
  const needs: Need[] = []
  for (const run of runs) {
    for (const ask of run.asks) {
      if (ask.approvalId !== undefined) steps.set(ask.approvalId, { runId: run.id, stepId: ask.stepId })
      if (ask.kind !== 'approval' && ask.kind !== 'run') needs.push(stepNeed(run, ask, ask.kind))
    }
  }
  for (const approval of approvals) {
    const { id, instanceId, conversationId, createdAt } = approval
    const { title, body } = approvalWords(approval, nameOf(instanceId) ?? 'Claude')
    const { runId = null, stepId = null } = steps.get(id) ?? {}
    const answer = { path: `/api/approvals/${id}`, decisions: ['allow', 'deny'] }
    const asked = { id, kind: 'approval' as const, title, text: body, since: createdAt, approvalId: id, answer }
    needs.push({ ...asked, instanceId, conversationId, runId, stepId })
  }
  return needs.toSorted((a, b) => order(a.since, b.since) || order(a.id, b.id))
}

function stepNeed(run: RunSummary, ask: RunAsk, kind: StepKind): Need {
  const { stepId, since, until, text } = ask
  return {
    id: `${run.id}/${stepId}`,
    kind,
    title: stepAskWords(run.title, ask).title,
    text,
    since,
    ...(until === undefined ? {} : { until }),
    approvalId: null,
    instanceId: null,
    conversationId: null,
    runId: run.id,
    stepId,
    answer: { path: `/api/runs/${run.id}/steps/${stepId}`, decisions: [...stepDecisions[kind]] },
  }
}

function order(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
