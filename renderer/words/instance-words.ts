import type { Conversation } from '../../shared/domain/conversation.ts'
import type { Instance } from '../../shared/domain/instance.ts'
import type { Turn } from '../../shared/domain/turn.ts'
import { modelWords } from './composer-words.ts'
import { formatClock, plural, shortPath } from './figures.ts'

type ModelOfConversation = Pick<Conversation, 'id' | 'model'> & { lastTurn: Pick<Turn, 'model'> | null }
type ModelOfInstance = Pick<Instance, 'conversationId' | 'model'> & { process: { model?: string | undefined } | null }

/** How an instance stands, as its mark shows it. */
export type Mark = 'idle' | 'busy' | 'starting' | 'held' | 'frozen' | 'parked' | 'stopped' | 'failed'

/** Which shape stands for an instance's state. */
export function markOf({ state, pause, process }: Pick<Instance, 'state' | 'pause' | 'process'>): Mark {
  if (state !== 'paused') return state
  if (process?.suspended) return 'frozen'
  if (pause === 'freeze') return 'frozen'
  return pause === 'park' ? 'parked' : 'held'
}

/** The state in a word or two. */
export function stateWord(instance: Pick<Instance, 'state' | 'pause' | 'process'>): string {
  if (instance.process?.suspended) return 'Suspended'
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
  if (state === 'failed') return `Failed: ${error?.message ?? 'no reason given'}`
  if (instance.process?.suspended) return `Suspended by the system${waiting}`
  if (approvals > 0) return `Waiting for approval${waiting}`
  if (restartAt !== null) return `Restarting in ${Math.max(0, Math.ceil((Date.parse(restartAt) - now) / 1_000))} s${waiting}`
  if (stalledSince !== null) return `Silent for ${formatClock(now - Date.parse(stalledSince))}${waiting}`
  if (state === 'busy') return `${activity ?? 'Working'}${waiting}`
  if (state === 'starting') return `Starting${waiting}`
  if (pause === 'freeze') return `Frozen · ${secondsLeft(frozenUntil, now)} s left${waiting}`
  if (pause === 'hold') return `Held${waiting}`
  if (pause === 'park') return `Parked · wakes on your next message${waiting}`
  if (state === 'stopped') return `Stopped${waiting}`
  if (instance.background.length > 0) return `${backgroundWords(instance)}${waiting}`
  const model = modelWords(instance.process?.model ?? instance.model)
  return [shortPath(instance.cwd, { home }), model].filter((part) => part !== null).join(' · ') + waiting
}

/** The same where the folder is told already: what it does, or which model it works with. */
export function instanceNote(instance: Instance, now: number): string {
  const { state, queued, background } = instance
  const isAtRest = state === 'idle' && instance.approvals === 0 && instance.stalledSince === null && background.length === 0
  if (isAtRest && queued === 0) return modelWords(instance.process?.model ?? instance.model) ?? 'Idle'
  if (instance.approvals > 0 && state !== 'failed') return 'Asks you'
  if (state === 'paused' && instance.pause === 'park' && queued === 0) return 'Parked'
  return instanceLine(instance, { now, home: null })
}

/**
 * The model that a conversation goes on with, as people say it: what its process answers with, else what was chosen for it, in full
 * where its last answer came from that, else what answered last. Null while nothing tells.
 */
export function answeringModel(conversation: ModelOfConversation | null, instance: ModelOfInstance | null): string | null {
  const isCurrent = instance !== null && (conversation === null || instance.conversationId === conversation.id)
  const answered = conversation?.lastTurn?.model ?? undefined
  const inForce = isCurrent ? instance.process?.model : undefined
  const chosen = (isCurrent ? instance.model : undefined) ?? conversation?.model
  const isChosen = chosen === undefined || (answered?.includes(chosen) ?? false)
  return modelWords(inForce ?? (isChosen ? answered : chosen))
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
