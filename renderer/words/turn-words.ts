import type { Turn } from '../../shared/domain/turn.ts'
import { formatClock } from './figures.ts'

/** What can be done about a turn that did not end well; the first is the one that helps most. */
export type TurnAction = 'continue' | 'again' | 'sign-in' | 'restart'

export type TurnEnding = {
  tone: 'quiet' | 'warning' | 'failed'
  /** What happened, in a few words. */
  title: string
  /** What it means and what may have happened; null when the title says all. */
  detail: string | null
  actions: readonly TurnAction[]
  /** When trying again makes sense, where the model's provider said so: milliseconds since 1970. */
  retryAt: number | null
}

/** The quiet line under a turn that failed, was stopped or was lost; null when it ended well or still runs. */
export function turnEnding(turn: Turn, toolsUnknown: readonly string[]): TurnEnding | null {
  switch (turn.outcome) {
    case null:
    case 'done':
      return null
    case 'interrupted':
      return interrupted(turn, toolsUnknown)
    case 'lost':
      return lost(turn, toolsUnknown)
    case 'failed':
      return failed(turn, toolsUnknown)
  }
}

/** `Try again` with the time that is left, as a button says it. */
export function againWords(retryAt: number | null, now: number): string {
  if (retryAt === null || retryAt <= now) return 'Send again'
  return `Send again in ${formatClock(retryAt - now)}`
}

function interrupted(turn: Turn, toolsUnknown: readonly string[]): TurnEnding {
  const said = turn.error?.message ?? null
  const detail = [said, toolWords(toolsUnknown)].filter((part) => part !== null).join(' ')
  return { tone: 'quiet', title: said ? 'Ended early' : 'Stopped', detail: detail || null, actions: ['continue'], retryAt: null }
}

function lost(turn: Turn, toolsUnknown: readonly string[]): TurnEnding {
  const detail =
    turn.error?.message ??
    ['Bullpen or Claude ended in the middle of this turn.', toolWords(toolsUnknown)].filter((part) => part !== null).join(' ')
  return {
    tone: 'warning',
    title: 'Cut off',
    detail,
    actions: turn.error?.data?.['delivered'] === false ? ['again'] : ['continue', 'again'],
    retryAt: null,
  }
}

function failed(turn: Turn, toolsUnknown: readonly string[]): TurnEnding {
  const { error } = turn
  const detail = [error?.message ?? 'Claude gave no reason.', toolWords(toolsUnknown)].filter((part) => part !== null).join(' ')
  const base = { tone: 'failed' as const, detail, retryAt: retryTime(turn) }
  const code = error?.code ?? ''
  if (code === 'NOT_LOGGED_IN' || code === 'UNAUTHORIZED') return { ...base, title: 'Not signed in', actions: ['sign-in', 'again'] }
  if (/RATE_LIMIT|USAGE_LIMIT|LIMIT_REACHED/.test(code)) return { ...base, title: 'Limit reached', actions: ['again'] }
  if (/OVERLOADED/.test(code)) return { ...base, title: 'Claude is overloaded', actions: ['again'] }
  if (/CLAUDE_(MISSING|NOT_EXECUTABLE|TOO_OLD|EXITED|START_TIMEOUT)|INSTANCE_FAILED/.test(code))
    return { ...base, title: 'Claude did not run', actions: ['restart', 'again'] }
  return { ...base, title: 'Failed', actions: ['continue', 'again'] }
}

function toolWords(names: readonly string[]): string | null {
  if (names.length === 0) return null
  return `${names.join(', ')} may have run: look before you repeat it.`
}

function retryTime(turn: Turn): number | null {
  const data = turn.error?.data ?? {}
  const at = data['retryAt']
  if (typeof at === 'string' && !Number.isNaN(Date.parse(at))) return Date.parse(at)
  const seconds = data['retryAfterSeconds']
  if (typeof seconds === 'number' && turn.endedAt !== null) return Date.parse(turn.endedAt) + seconds * 1000
  return null
}
