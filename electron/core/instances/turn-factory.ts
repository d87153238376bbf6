import type { ErrorInfo } from '../../../shared/app-error.ts'
import type { TurnChoice } from '../../../shared/domain/turn.ts'
import { turnTimedOut } from './instance-errors.ts'
import type { TurnDriverOptions } from './turn-driver-options.ts'
import type { GoesOn } from './turn-recorder.ts'
import { TurnRun } from './turn-run.ts'
import { TurnWatch } from './turn-watch.ts'

type FactoryOptions = Pick<
  TurnDriverOptions,
  | 'goesOnAt'
  | 'instanceId'
  | 'recorder'
  | 'desk'
  | 'holder'
  | 'channel'
  | 'config'
  | 'frozen'
  | 'stallSeconds'
  | 'onChange'
  | 'onApproval'
  | 'onNotice'
>

export type TurnFactoryDeps = FactoryOptions & {
  /** Nothing has come from the turn since then; null: something has again. */
  onStalled: (since: string | null) => void
  /** Its time is up. */
  onTimeout: (run: TurnRun, error: ErrorInfo) => void
  /** Has a turn of the conversation go on at that time. */
  goOnLater: (conversationId: string, goesOn: GoesOn) => Promise<void>
}

/** What a turn is made of. `acceptedAt`: monotonic milliseconds; `unprompted`: Claude began it by itself, and why where that is known. */
export type NewTurn = {
  turnId: string
  conversationId: string
  acceptedAt: number
  choice?: TurnChoice | undefined
  unprompted?: { cause: string | null }
  after?: Promise<unknown> | undefined
  /** Somebody else goes on with it after a usage limit. */
  ofQueue?: boolean
}

/** Makes the turns of an instance, and what watches over each. */
export class TurnFactory {
  readonly #deps: TurnFactoryDeps

  constructor(deps: TurnFactoryDeps) {
    this.#deps = deps
  }

  make({ turnId, conversationId, acceptedAt, choice, unprompted, after, ofQueue = false }: NewTurn): TurnRun {
    const { instanceId, recorder, desk, channel, holder, onApproval, onChange, onNotice, goesOnAt, goOnLater } = this.#deps
    return new TurnRun({
      turnId,
      conversationId,
      instanceId,
      acceptedAt,
      choice,
      unprompted,
      after,
      goesOnAt: (error) => (ofQueue ? null : goesOnAt(conversationId, error)),
      goOnLater: (goesOn) => goOnLater(conversationId, goesOn),
      recorder,
      desk,
      channel: channel(conversationId),
      onChange,
      onApproval,
      onUnwritable: (error) => {
        onNotice('error', error.code, error.message)
        void holder.stop()
      },
    })
  }

  /** To be closed when the turn has ended. */
  watch(run: TurnRun): TurnWatch {
    const { stallSeconds, config, frozen, onNotice, onStalled, onTimeout } = this.#deps
    const { name, turnTimeoutSeconds } = config()
    return new TurnWatch({
      run,
      stallSeconds,
      timeoutSeconds: turnTimeoutSeconds,
      frozen,
      onStalled: (since) => {
        run.stalled()
        onNotice('warning', 'STALLED', `No output from ${name} for ${stallSeconds()} s. Wait, or press Stop to keep what there is.`)
        onStalled(since)
      },
      onRecovered: () => onStalled(null),
      onTimeout: () => onTimeout(run, turnTimedOut(turnTimeoutSeconds ?? 0)),
    })
  }
}
