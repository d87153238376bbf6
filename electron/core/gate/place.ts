import type { Turn } from '../../../shared/domain/turn.ts'

/** Why no turn may begin now. `until`: when that ends by itself, where that is known. */
export type Hindrance = {
  code: 'paused' | 'concurrency' | 'rate' | 'memory' | 'limit'
  /** For the user to read; a sentence without its full stop. */
  words: string
  until: string | null
}

/** Room for one turn; held until it is left or given back; what is called after that does nothing. */
export type Place = {
  /** The turn has ended. */
  leave: () => void
  /** Nothing was begun: the place counts for nothing. */
  giveBack: () => void
  /** The turn has its process. */
  started: () => void
}

export type PlaceRequest = {
  /** Who asks: an instance, or the queue. Each stands in the gate's line once. */
  key: string
  /** The instance whose turn it would be; null: one that has to be made. */
  instanceId: string | null
  /** 0 to 9; higher goes first. */
  priority: number
  /** Monotonic milliseconds: among equals who came first goes first. */
  since: number
  /** A process would have to be started. */
  starts: boolean
  /** Called when the answer may be another one now. */
  again: () => void
}

/** What stands before every turn. Asked before an item leaves the line it stands in. */
export type Admission = {
  /** A place, or why there is none; whoever is refused is told when to ask again, until it is forgotten. */
  ask: (request: PlaceRequest) => Place | Hindrance
  /** Who asked does not want a place any more. */
  forget: (key: string) => void
  /** A turn that Claude has begun by itself takes its place without asking. */
  enter: () => Place
  /** A turn has ended: what its end says of usage limits. */
  learn: (turn: Turn) => void
}

export function isPlace(answer: Place | Hindrance): answer is Place {
  return 'leave' in answer
}
