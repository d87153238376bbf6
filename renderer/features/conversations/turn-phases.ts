import type { Timing } from '../../../shared/domain/turn.ts'

export type PhaseName = 'waited' | 'started' | 'first-token' | 'answering' | 'tools' | 'you'
export type Phase = { name: PhaseName; label: string; ms: number }

const labels: Record<PhaseName, string> = {
  waited: 'Waited',
  started: 'Process',
  'first-token': 'First token',
  answering: 'Responding',
  tools: 'Tools',
  you: 'Awaiting approval',
}

/**
 * Where the time of a turn went, in order, without overlap: the parts add up to the whole. `elapsedMs` is
 * how long it has run so far; what is not known yet is left out. A turn that is over and of which nobody took the times, as one that
 * ran outside Bullpen, has no parts: where its time went is not known.
 */
export function phasesOf(timing: Timing, elapsedMs: number, isOver = timing.totalMs !== null): Phase[] {
  const total = timing.totalMs ?? elapsedMs
  const marks = [timing.allocatedMs ?? timing.waitedMs, timing.startedMs, timing.firstTokenMs]
  const [waited, started, firstToken] = marks.map((mark) => (mark === null || mark === undefined ? null : Math.min(mark, total)))
  if (isOver && marks.every((mark) => mark === null)) return []
  const parts: [PhaseName, number][] = [['waited', waited ?? total]]
  if (waited !== null && waited !== undefined) parts.push(['started', (started ?? total) - waited])
  if (started !== null && started !== undefined) parts.push(['first-token', (firstToken ?? total) - started])
  if (firstToken !== null && firstToken !== undefined) parts.push(...working(timing, total - firstToken))
  return parts.map(([name, ms]) => ({ name, label: labels[name], ms: Math.max(0, ms) }))
}

/** What goes on in a turn right now: since when the oldest question waits, and since when each running tool runs. */
export type OpenWork = { askedAt: string | null; toolsSince: readonly string[] }

/** The times of a running turn with what goes on now; the core adds that when it is over. */
export function timingWith(timing: Timing, { askedAt, toolsSince }: OpenWork, now: number): Timing {
  const since = (at: string): number => Math.max(0, now - Date.parse(at))
  const tools = toolsSince.reduce((sum, at) => sum + since(at), 0)
  return { ...timing, toolMs: timing.toolMs + tools, approvalMs: timing.approvalMs + (askedAt === null ? 0 : since(askedAt)) }
}

/** Tools and waits may overlap each other a little; answering is what neither took. */
function working(timing: Timing, ms: number): [PhaseName, number][] {
  const you = Math.min(timing.approvalMs, ms)
  const tools = Math.min(timing.toolMs, ms - you)
  return [
    ['answering', ms - you - tools],
    ['tools', tools],
    ['you', you],
  ]
}
