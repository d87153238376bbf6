import type { Approval } from '../../../shared/domain/approval.ts'
import type { RunAsk } from '../../../shared/domain/run.ts'
import { approvalWords } from '../../../shared/notification-words.ts'
import { titleOf } from '../recipes/step-kind.ts'
import type { RunRecord } from './run-record.ts'
import { needOf } from './run-view.ts'
import type { PartAsk, UnitHost } from './unit-host.ts'

/** More than these of one run are not named. */
const mostAsks = 20
const shortText = 500

type Asking = Pick<UnitHost, 'asks'>

/** What of a run waits for a person: its steps themselves, and what their parts wait for where they are done. */
export function asksOf(run: RunRecord, { turns, runs }: { turns: Asking; runs: Asking }): RunAsk[] {
  const asks: RunAsk[] = []
  if (run.finished || run.isCancelled) return asks
  for (const step of run.steps.values()) {
    const at = () => ({ stepId: step.step.id, title: titleOf(step.step) })
    const need = needOf(step)
    if (need) asks.push({ ...at(), ...need, text: need.text.slice(0, shortText) })
    const host = step.step.run === undefined ? turns : runs
    for (const name of step.running) {
      const taskId = step.units.get(name)?.taskId ?? null
      if (taskId !== null) asks.push(...host.asks(taskId).map((ask) => ({ ...at(), ...ask })))
    }
    if (asks.length >= mostAsks) return asks.slice(0, mostAsks)
  }
  return asks
}

/** Whether the same waits at the same places. */
export function isSameAsks(before: readonly RunAsk[], now: readonly RunAsk[]): boolean {
  return before.length === now.length && before.every((ask, index) => keyOf(ask) === keyOf(now[index]))
}

function keyOf(ask: RunAsk | undefined): string {
  return ask === undefined ? '' : JSON.stringify([ask.stepId, ask.kind, ask.since, ask.text, ask.approvalId, ask.runId])
}

/** Approvals that wait, by the turn that asks. */
export class TurnAsks {
  readonly #turns = new Map<string, Map<string, PartAsk>>()

  /** To be told of every approval: that it waits, and that it does so no more. */
  take(approval: Approval, isWaiting: boolean): void {
    const { id, turnId, conversationId, createdAt } = approval
    const asks = this.#turns.get(turnId) ?? new Map<string, PartAsk>()
    const { body } = approvalWords(approval, 'Claude')
    if (isWaiting) this.#turns.set(turnId, asks.set(id, { kind: 'approval', text: body, since: createdAt, approvalId: id, conversationId }))
    else if (asks.delete(id) && asks.size === 0) this.#turns.delete(turnId)
  }

  of(turnId: string): readonly PartAsk[] {
    return [...(this.#turns.get(turnId)?.values() ?? [])]
  }
}
