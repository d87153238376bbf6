import type { Instance } from '../../shared/domain/instance.ts'
import { modelWords } from './composer-words.ts'
import { formatClock, plural, shortPath } from './figures.ts'

/** How an instance stands, as its mark shows it. */
export type Mark = 'idle' | 'busy' | 'starting' | 'held' | 'frozen' | 'parked' | 'stopped' | 'failed'

/** Which shape stands for an instance's state. */
export function markOf({ state, pause }: Pick<Instance, 'state' | 'pause'>): Mark {
  if (state !== 'paused') return state
  if (pause === 'freeze') return 'frozen'
  return pause === 'park' ? 'parked' : 'held'
}

/** The state in a word or two. */
export function stateWord(instance: Pick<Instance, 'state' | 'pause'>): string {
  const words: Record<Mark, string> = {
    idle: 'Idle',
    busy: 'Working',
    starting: 'Starting',
    held: 'Held',
    frozen: 'Frozen',
    parked: 'Parked',
    stopped: 'Stopped',
    failed: 'Failed',
  }
  return words[markOf(instance)]
}

/** The line under an instance's name: what it does, or what it is. */
export function instanceLine(instance: Instance, { now, home }: { now: number; home: string | null }): string {
  const { state, pause, queued, approvals, activity, error, restartAt, stalledSince, frozenUntil } = instance
  const waiting = queued > 0 ? ` · ${plural(queued, 'message')} waiting` : ''
  if (state === 'failed') return `Failed: ${error?.message ?? 'it gave no reason'}`
  if (approvals > 0) return `Needs your decision${waiting}`
  if (restartAt !== null) return `Restarting in ${Math.max(0, Math.ceil((Date.parse(restartAt) - now) / 1_000))} s${waiting}`
  if (stalledSince !== null) return `Silent for ${formatClock(now - Date.parse(stalledSince))}${waiting}`
  if (state === 'busy') return `${activity ?? 'Working'}${waiting}`
  if (state === 'starting') return `Starting${waiting}`
  if (pause === 'freeze') return `Frozen · ${secondsLeft(frozenUntil, now)} s left${waiting}`
  if (pause === 'hold') return `Held${waiting}`
  if (pause === 'park') return `Parked · resumes in place${waiting}`
  if (state === 'stopped') return `Stopped${waiting}`
  if (instance.background.length > 0) return `${backgroundWords(instance)}${waiting}`
  const model = modelWords(instance.model)
  return [shortPath(instance.cwd, { home }), model].filter((part) => part !== null).join(' · ') + waiting
}

/** What runs beside its conversation, in a few words. */
export function backgroundWords({ background, backgroundOmitted = 0 }: Instance): string {
  return plural(background.length + backgroundOmitted, 'background task')
}

/** The figure at the right of the name: how long it has worked, or the memory it holds. */
export function instanceFigure({ busySince, process }: Instance, now: number): string | null {
  if (busySince !== null) return formatClock(now - Date.parse(busySince))
  return process?.memoryMb ? `${process.memoryMb} MB` : null
}

/** True when the words of an instance change with the clock. */
export function ticks({ busySince, restartAt, stalledSince, pause }: Instance): boolean {
  return busySince !== null || restartAt !== null || stalledSince !== null || pause === 'freeze'
}

function secondsLeft(until: string | undefined, now: number): number {
  return until === undefined ? 0 : Math.max(0, Math.ceil((Date.parse(until) - now) / 1_000))
}
