import type { Run, RunAsk, RunSummary, StepNeed as Waiting } from '../../shared/domain/run.ts'

/** A step of a run that waits for a person. */
export type StepNeed = {
  kind: 'step'
  /** Another one where the same step asks again. */
  key: string
  run: Pick<RunSummary, 'id' | 'title'>
  ask: RunAsk & Pick<Waiting, 'kind'>
}

/** What waits in runs and is answered there; the same list of the same things as before where nothing is new. */
export function stepNeedsIn(runs: ReadonlyMap<string, RunSummary>, before: readonly StepNeed[] = []): readonly StepNeed[] {
  const known = new Map(before.map((need) => [need.key, need]))
  const needs: StepNeed[] = []
  for (const { id, title, asks } of runs.values()) {
    for (const ask of asks) {
      const { kind, stepId, since } = ask
      // Approvals wait by themselves, and what waits in a nested run is that run's.
      if (kind === 'approval' || kind === 'run') continue
      const key = `${id}/${stepId}/${since}`
      const need: StepNeed = { kind: 'step', key, run: { id, title }, ask: { ...ask, kind } }
      const one = known.get(key)
      needs.push(one && isSame(one, need) ? one : need)
    }
  }
  return needs.length === before.length && needs.every((need, at) => need === before[at]) ? before : needs
}

function isSame(one: StepNeed, other: StepNeed): boolean {
  const wordsOf = ({ run, ask }: StepNeed) => [run.title, ask.title, ask.kind, ask.text, ask.until].join('\n')
  return wordsOf(one) === wordsOf(other)
}

/** The run of which a turn asks this. */
export function runOfApproval(runs: ReadonlyMap<string, RunSummary>, approvalId: string): RunSummary | null {
  for (const run of runs.values()) if (run.asks.some((ask) => ask.approvalId === approvalId)) return run
  return null
}

/** A run whose steps need you while anything in them does, be it a turn or a nested run. */
export function withAsks<T extends Pick<Run, 'asks' | 'steps'>>(run: T): T {
  const asking = new Set(run.asks.map(({ stepId }) => stepId))
  if (!run.steps.some(({ id, state }) => state === 'running' && asking.has(id))) return run
  const steps = run.steps.map((step) => (step.state === 'running' && asking.has(step.id) ? { ...step, state: 'needs-you' as const } : step))
  return { ...run, steps }
}
