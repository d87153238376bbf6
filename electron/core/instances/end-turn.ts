import type { ErrorInfo } from '../../../shared/app-error.ts'
import { settlesWithin } from '../claude/wait.ts'
import type { TurnDriverOptions } from './turn-driver-options.ts'
import type { TurnRun } from './turn-run.ts'

const interruptGraceMs = 800
const backgroundGraceMs = 5_000

export type EndTurnDeps = Pick<TurnDriverOptions, 'desk' | 'holder' | 'background'>
/** `error`: the turn has failed for it. `keeps`: what the turn asks is kept to be answered later. */
export type TurnEnding = { error?: ErrorInfo | undefined; keeps?: boolean }

/** Interrupts a turn; a process that does not answer in time is ended, and started again when it is needed. */
export async function endTurn(
  { desk, holder, background }: EndTurnDeps,
  run: TurnRun,
  { error, keeps = false }: TurnEnding,
): Promise<void> {
  if (keeps && run.waitsForUser) return void (await run.finish('interrupted', undefined, { keeps }))
  if (error) void run.finish('failed', error)
  const isUnsent = () => holder.held !== null && run.turn.timing.startedMs === null
  const interrupt = () => holder.held?.process.interrupt().catch(() => {})
  // Claude Code ends a turn by itself whose question is withdrawn: that this is an interruption has to be known before.
  const early = isUnsent() ? undefined : interrupt()
  await desk.withdrawTurn(run.turn.id)
  // Its prompt has not been sent, and will not be.
  if (isUnsent()) return void (await run.finish('interrupted'))
  const asked = early ?? interrupt()
  // Along with the process all that runs in its background would end.
  const graceMs = background.active ? backgroundGraceMs : interruptGraceMs
  const ended = asked && !error ? await settlesWithin(run.done, graceMs) : false
  if (ended) return
  void holder.stop()
  await run.finish('interrupted')
}
