import type { PauseMode } from '../../shared/domain/instance.ts'
import type { SeveralAction, SeveralOutcome } from '../../shared/domain/several.ts'

const paused: Record<PauseMode, string> = { hold: 'held', freeze: 'frozen', park: 'parked' }

/** What was done, as it follows a number of instances. */
export function changedWords(action: SeveralAction, mode: PauseMode | undefined): string {
  if (action === 'pause') return paused[mode ?? 'hold']
  if (action === 'resume') return 'resumed'
  return action === 'restart' ? 'restarted' : 'stopped'
}

/** Which one was refused and why, and how many more. */
export function refusedWords(refused: readonly SeveralOutcome[]): string {
  const [first] = refused
  if (!first) return ''
  const others = refused.length - 1
  const more = others === 0 ? '' : ` ${others} more ${others === 1 ? 'was' : 'were'} refused too.`
  return `“${first.name}” wasn’t changed: ${first.error?.message ?? 'no reason given.'}${more}`
}

type Step = { ids: string[]; action: SeveralAction; mode?: PauseMode }

/** How to bring back what was before: pauses are ended, or made what they were. A new process and an ended one cannot be taken back. */
export function undoSteps(action: SeveralAction, done: readonly SeveralOutcome[]): Step[] {
  if (action !== 'pause' && action !== 'resume') return []
  const steps: Step[] = []
  const free = action === 'pause' ? done.filter(({ before }) => before.pause === undefined) : []
  // To resume one that was stopped would start it.
  const stopped = free.filter(({ before }) => before.state === 'stopped').map(({ id }) => id)
  const running = free.filter(({ before }) => before.state !== 'stopped').map(({ id }) => id)
  if (running.length > 0) steps.push({ ids: running, action: 'resume' })
  if (stopped.length > 0) steps.push({ ids: stopped, action: 'stop' })
  for (const mode of ['hold', 'freeze', 'park'] as const) {
    const ids = done.filter(({ before }) => before.pause === mode).map(({ id }) => id)
    if (ids.length > 0) steps.push({ ids, action: 'pause', mode })
  }
  return steps
}
