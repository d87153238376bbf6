import type { Turn } from '../../shared/domain/turn.ts'
import { formatClock } from './figures.ts'
import { formatMoment } from './moment.ts'

/** What can be done about a turn that did not end well; the first is the one that helps most. */
export type TurnAction = 'continue' | 'again' | 'sign-in' | 'restart' | 'folder' | 'compact' | 'new-conversation'

export type TurnEnding = {
  tone: 'quiet' | 'warning' | 'failed'
  /** What happened, in a few words. */
  title: string
  /** What it means and what may have happened; null when the title says all. */
  detail: string | null
  /** Claude Code's own words for it; null where `detail` has them. */
  said: string | null
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

/** `Retry` with the time that is left, as a button says it. */
export function againWords(retryAt: number | null, now: number): string {
  if (retryAt === null || retryAt <= now) return 'Retry'
  return `Retry in ${formatClock(retryAt - now)}`
}

/** When a limit resets, in the reader's own time; null when it is over. */
export function resetWords(retryAt: number | null, now: number): string | null {
  return retryAt === null || retryAt <= now ? null : `Resets ${formatMoment(new Date(retryAt), new Date(now))}.`
}

function interrupted(turn: Turn, toolsUnknown: readonly string[]): TurnEnding {
  const said = turn.error?.message ?? null
  const detail = [said, toolWords(toolsUnknown)].filter((part) => part !== null).join(' ')
  return {
    tone: 'quiet',
    title: said ? 'Ended early' : 'Stopped',
    detail: detail || null,
    said: null,
    actions: ['continue'],
    retryAt: null,
  }
}

function lost(turn: Turn, toolsUnknown: readonly string[]): TurnEnding {
  const detail =
    turn.error?.message ?? ['Bullpen or Claude quit during this turn.', toolWords(toolsUnknown)].filter((part) => part !== null).join(' ')
  return {
    tone: 'warning',
    title: 'Cut off',
    detail,
    said: null,
    actions: turn.error?.data?.['delivered'] === false ? ['again'] : ['continue', 'again'],
    retryAt: null,
  }
}

function failed(turn: Turn, toolsUnknown: readonly string[]): TurnEnding {
  const { error } = turn
  const detail = [error?.message ?? 'Claude gave no reason.', toolWords(toolsUnknown)].filter((part) => part !== null).join(' ')
  const base = { tone: 'failed' as const, detail, said: saidBy(turn), retryAt: retryTime(turn) }
  const kind = failures.find(({ codes }) => codes.test(error?.code ?? ''))
  return { ...base, title: kind?.title ?? 'Failed', actions: waysOf(turn) ?? kind?.actions ?? ['continue', 'again'] }
}

/** Titles and buttons by the code of the error; the first that fits. */
const failures: readonly { codes: RegExp; title: string; actions: readonly TurnAction[] }[] = [
  { codes: /^(?:NOT_LOGGED_IN|UNAUTHORIZED)$/, title: 'Not signed in', actions: ['sign-in', 'again'] },
  { codes: /^ACCOUNT_REFUSED$/, title: 'Account not usable', actions: ['sign-in', 'again'] },
  { codes: /RATE_LIMIT|USAGE_LIMIT|LIMIT_REACHED/, title: 'Limit reached', actions: ['again'] },
  { codes: /^OVERLOADED$/, title: 'Claude is overloaded', actions: ['again'] },
  { codes: /^BILLING$/, title: 'No credit', actions: ['again'] },
  { codes: /^BUDGET_SPENT$/, title: 'Budget spent', actions: ['new-conversation'] },
  { codes: /^TOO_LARGE$/, title: 'Too long', actions: ['compact', 'new-conversation'] },
  { codes: /^REQUEST_FORBIDDEN$/, title: 'Request blocked', actions: ['again', 'sign-in'] },
  { codes: /^REFUSED$/, title: 'Stopped by safeguards', actions: ['new-conversation', 'again'] },
  { codes: /^FOLDER_(?:MISSING|NOT_DIRECTORY|UNREADABLE)$/, title: 'Folder not found', actions: ['folder', 'again'] },
  { codes: /^CONNECTION_LOST$/, title: 'Connection lost', actions: ['continue', 'again'] },
  {
    codes: /CLAUDE_(?:MISSING|NOT_EXECUTABLE|TOO_OLD|EXITED|START_TIMEOUT)|INSTANCE_FAILED/,
    title: 'Claude did not run',
    actions: ['restart', 'again'],
  },
]

const known: readonly TurnAction[] = ['continue', 'again', 'sign-in', 'restart', 'compact', 'new-conversation']

/** The ways out that the error names itself, as far as there is a button for them; then sending it again. */
function waysOf({ error }: Turn): readonly TurnAction[] | null {
  const named = error?.data?.['ways']
  if (!Array.isArray(named)) return null
  const ways = known.filter((way) => named.includes(way))
  return ways.length === 0 ? null : [...ways, 'again']
}

/** Without what the line says better: the time of a limit is told in the reader's own. */
function saidBy({ error }: Turn): string | null {
  const detail = error?.data?.['detail']
  if (typeof detail !== 'string' || detail.trim() === '' || error === undefined) return null
  if (error.message.includes(detail.trim().slice(0, 300))) return null
  return error.data?.['retryAt'] === undefined ? detail : detail.replace(/\s*·\s*resets .*$/is, '')
}

function toolWords(names: readonly string[]): string | null {
  if (names.length === 0) return null
  return `${names.join(', ')} may have run. Check before running it again.`
}

function retryTime(turn: Turn): number | null {
  const data = turn.error?.data ?? {}
  const at = data['retryAt']
  if (typeof at === 'string' && !Number.isNaN(Date.parse(at))) return Date.parse(at)
  const seconds = data['retryAfterSeconds']
  if (typeof seconds === 'number' && turn.endedAt !== null) return Date.parse(turn.endedAt) + seconds * 1000
  return null
}
