import type { TurnRun } from './turn-run.ts'

/** The turn that runs in an instance, if one does. */
export class CurrentTurn {
  run: TurnRun | null = null
  /** Since when nothing has come from it, once that is remarkable. */
  stalledSince: string | null = null

  /** It is over; Claude may have begun the next one already. */
  leave(run: TurnRun): void {
    if (this.run !== run) return
    this.run = null
    this.stalledSince = null
  }
}
