import { limitEnd, type Turn } from '../../../shared/domain/turn.ts'
import type { Admission, Hindrance, Place, PlaceRequest } from './place.ts'

export type GateLimits = { paused: boolean; concurrency: number | null; rateLimit: number | null }

export type GateDeps = {
  /** Read anew each time, so that a changed policy acts at once. */
  limits: () => GateLimits
  /** True when one more process may start without waiting for what works; `promised`: so many starts were granted and are not under way yet. */
  mayStart: (promised: number) => boolean
  /** One more process is about to be started besides `promised` others: what it takes is given back now, so that nobody else counts on it. */
  makeRoom: (promised: number) => void
  /** What is charged for the turns of an instance: a usage limit holds all that share it. */
  account: (instanceId: string) => string
  /** Monotonic milliseconds. */
  now?: () => number
}

type Waiting = PlaceRequest & { forMemory: boolean }

const minuteMs = 60_000
/** Between two that begin after the end of a usage limit, give or take a half. */
const rampMs = 1_500
const longestTimerMs = 2_000_000_000

/**
 * The one gate that every turn goes through: the pool's pause, Claude's usage limit, at most so many turns at the same time, so many
 * begun within a minute, memory for a process. It answers with a place or a reason and keeps nobody: whoever is refused stays in the
 * line it stands in and is told when to ask again. Higher priority goes first, then who came first.
 */
export class Gate implements Admission {
  readonly #deps: GateDeps
  readonly #now: () => number
  readonly #waiting = new Map<string, Waiting>()
  readonly #limits = new Map<string, { endsAt: number; until: string }>()
  /** Accounts whose limit has ended while many waited: when the next of them may begin. */
  readonly #ramps = new Map<string, number>()
  /** Monotonic times of the turns that began within the last minute. */
  #begun: number[] = []
  #inside = 0
  #promised = 0
  #telling = false
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(deps: GateDeps) {
    this.#deps = deps
    this.#now = deps.now ?? (() => performance.now())
  }

  ask(request: PlaceRequest): Place | Hindrance {
    const hindrance = this.#against(request)
    if (hindrance !== null) {
      this.#waiting.set(request.key, { ...request, forMemory: hindrance.code === 'memory' })
      this.#arm()
      return hindrance
    }
    this.#waiting.delete(request.key)
    this.#rampStep(request)
    if (request.starts) this.#deps.makeRoom(this.#promised)
    return this.#place(true)
  }

  forget(key: string): void {
    // Those behind it may go now.
    if (this.#waiting.delete(key)) this.changed()
  }

  enter(): Place {
    return this.#place(false)
  }

  /** What Claude's usage limit says of the turns of an instance; null when it holds none. */
  limitOf(instanceId: string): Hindrance | null {
    const limit = this.#limit(this.#deps.account(instanceId))
    if (limit === null) return null
    return { code: 'limit', words: `Claude’s usage limit is reached until ${shortTime(limit.until)}`, until: limit.until }
  }

  /** Until when the last of Claude's usage limits lasts; null when none is known. */
  get limitedUntil(): string | null {
    const known = [...this.#limits.keys()].flatMap((account) => this.#limit(account) ?? [])
    return known.toSorted((a, b) => b.endsAt - a.endsAt)[0]?.until ?? null
  }

  /** A turn that met Claude's usage limit holds all that share it until its end; one that went well shows that none holds. */
  learn({ instanceId, outcome, error }: Turn): void {
    if (instanceId === null) return
    const account = this.#deps.account(instanceId)
    const untilMs = limitEnd(error)
    if (untilMs !== null) this.hold(instanceId, untilMs)
    else if (outcome === 'done' && this.#limits.has(account)) {
      this.#release(account)
      this.changed()
    }
  }

  /** A usage limit holds all that share the account of an instance until then, in wall-clock milliseconds. */
  hold(instanceId: string, untilMs: number): void {
    const account = this.#deps.account(instanceId)
    const endsAt = this.#now() + untilMs - Date.now()
    if ((this.#limits.get(account)?.endsAt ?? Number.NEGATIVE_INFINITY) >= endsAt) return
    this.#limits.set(account, { endsAt, until: new Date(untilMs).toISOString() })
    this.changed()
  }

  /** Waits no longer for the end of any usage limit. */
  forgetLimits(): void {
    for (const account of this.#limits.keys()) this.#release(account)
    this.changed()
  }

  /** Something that the answers depend on may have changed: tells those who wait to ask again. */
  changed(): void {
    if (this.#telling || this.#closed) return
    this.#telling = true
    setImmediate(() => {
      this.#telling = false
      if (this.#closed) return
      for (const { again } of this.#inOrder()) again()
      this.#arm()
    })
  }

  /** Memory may have become free. */
  memoryChanged(): void {
    if ([...this.#waiting.values()].some(({ forMemory }) => forMemory)) this.changed()
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }

  #against(request: PlaceRequest): Hindrance | null {
    if (this.#deps.limits().paused) return { code: 'paused', words: 'The queue is paused', until: null }
    const limit = request.instanceId === null ? null : this.limitOf(request.instanceId)
    if (limit !== null) return limit
    const ramp = this.#rampOf(request)
    if (ramp !== null) return { code: 'limit', words: 'The usage limit has reset; others continue first', until: ramp }
    const full = this.#full(this.#ahead(request))
    if (full !== null) return full
    if (!request.starts || this.#deps.mayStart(this.#promised)) return null
    return { code: 'memory', words: 'Not enough memory for another process', until: null }
  }

  /** Why one with so many ahead of it may not begin. */
  #full(ahead: number): Hindrance | null {
    const { concurrency } = this.#deps.limits()
    if (concurrency === null || this.#inside + ahead < concurrency) return this.#tooFast(ahead)
    // While there is a place, those ahead wait for the rate themselves.
    const rate = this.#inside < concurrency ? this.#tooFast(0) : null
    return rate ?? { code: 'concurrency', words: `No more than ${countOf(concurrency)} at the same time`, until: null }
  }

  #tooFast(ahead: number): Hindrance | null {
    const { rateLimit } = this.#deps.limits()
    const wait = this.#rateWaitMs(rateLimit, ahead)
    if (wait === 0 || rateLimit === null) return null
    const until = new Date(Date.now() + wait).toISOString()
    return { code: 'rate', words: `No more than ${countOf(rateLimit)} within a minute: the next at ${shortTime(until)}`, until }
  }

  #rateWaitMs(rateLimit: number | null, ahead: number): number {
    const now = this.#now()
    this.#begun = this.#begun.filter((time) => now - time < minuteMs)
    if (rateLimit === null || this.#begun.length + ahead < rateLimit) return 0
    const oldest = this.#begun[Math.max(0, this.#begun.length - rateLimit)] ?? now
    return Math.max(1, oldest + minuteMs - now)
  }

  /** Those who would take a place before it; who waits for memory or for a usage limit keeps nobody else. */
  #ahead(request: PlaceRequest): number {
    const before = (other: Waiting) => other.key !== request.key && compare(other, request) < 0
    return [...this.#waiting.values()].filter((other) => before(other) && !this.#isStuck(other)).length
  }

  /** It holds no more. Those who waited for its end begin one after the other, so that they do not all meet the next one at once. */
  #release(account: string): void {
    this.#limits.delete(account)
    this.#ramps.set(account, this.#now())
  }

  /** Until when others of the account go first; null when it may begin. */
  #rampOf({ instanceId }: PlaceRequest): string | null {
    const next = instanceId === null ? undefined : this.#ramps.get(this.#deps.account(instanceId))
    const wait = next === undefined ? 0 : next - this.#now()
    return wait <= 0 ? null : new Date(Date.now() + wait).toISOString()
  }

  #rampStep({ instanceId }: PlaceRequest): void {
    if (instanceId === null) return
    const account = this.#deps.account(instanceId)
    if (!this.#ramps.has(account)) return
    const others = [...this.#waiting.values()].some(
      (other) => other.instanceId !== null && this.#deps.account(other.instanceId) === account,
    )
    if (others) this.#ramps.set(account, this.#now() + rampMs * (0.5 + Math.random()))
    else this.#ramps.delete(account)
  }

  #isStuck({ forMemory, instanceId }: Waiting): boolean {
    return forMemory || (instanceId !== null && this.#limit(this.#deps.account(instanceId)) !== null)
  }

  #limit(account: string): { endsAt: number; until: string } | null {
    const limit = this.#limits.get(account)
    if (!limit) return null
    if (this.#now() < limit.endsAt) return limit
    this.#release(account)
    return null
  }

  /** `promises`: until its process is there, the turn may have one started, also in the place of another one. */
  #place(promises: boolean): Place {
    const begun = this.#now()
    this.#inside += 1
    this.#begun.push(begun)
    if (promises) this.#promised += 1
    let open = true
    let promised = promises
    const keep = (): void => {
      if (!promised) return
      promised = false
      this.#promised -= 1
      this.memoryChanged()
    }
    const end = (): boolean => {
      const first = open
      open = false
      keep()
      if (first) this.#inside -= 1
      return first
    }
    return {
      leave: () => {
        if (end()) this.changed()
      },
      giveBack: () => {
        if (!end()) return
        const at = this.#begun.indexOf(begun)
        if (at >= 0) this.#begun.splice(at, 1)
        this.changed()
      },
      started: keep,
    }
  }

  #inOrder(): Waiting[] {
    return [...this.#waiting.values()].toSorted(compare)
  }

  /** Wakes those who wait when time alone lets them in. */
  #arm(): void {
    clearTimeout(this.#timer)
    if (this.#closed || this.#waiting.size === 0) return
    const { rateLimit } = this.#deps.limits()
    const rate = this.#rateWaitMs(rateLimit, 0)
    const limits = [...this.#limits.values()].map(({ endsAt }) => endsAt - this.#now())
    const ramps = [...this.#ramps.values()].map((at) => at - this.#now()).filter((ms) => ms > 0)
    const next = Math.min(...limits, ...ramps, rate > 0 ? rate : Number.POSITIVE_INFINITY)
    if (Number.isFinite(next)) this.#timer = setTimeout(() => this.changed(), Math.min(longestTimerMs, Math.max(1, next + 1)))
  }
}

function compare(a: PlaceRequest, b: PlaceRequest): number {
  return b.priority - a.priority || a.since - b.since
}

function countOf(turns: number): string {
  return turns === 1 ? 'one turn' : `${turns} turns`
}

/** UTC, as in all reasons that are for the user to read. */
function shortTime(time: string): string {
  const today = new Date().toISOString().slice(0, 10) === time.slice(0, 10)
  return today ? `${time.slice(11, 19)} UTC` : `${time.slice(0, 16).replace('T', ' ')} UTC`
}
