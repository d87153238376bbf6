import { AppError } from '../../../shared/app-error.ts'
import { begunTurn, type Turn } from '../../../shared/domain/turn.ts'
import type { Hindrance, Place } from '../gate/place.ts'
import type { QueuePool } from './queue-pool.ts'
import type { TaskRecord } from './queue-task.ts'

/** A pool of instances that end a turn when they are told to: what the queue meets, without Claude. */
export class ScriptedPool implements QueuePool {
  readonly running = new Map<string, PromiseWithResolvers<Turn>>()
  readonly begun: { id: string; text: string; instanceId: string }[] = []
  readonly places = new Map<string, Place>()
  mostAtOnce = 0
  readonly ids: string[]
  readonly #load = new Map<string, number>()
  #conversations = 0

  constructor(ids: string[]) {
    this.ids = ids
  }

  situation() {
    const candidates = this.ids.map((id) => ({
      id,
      name: id,
      load: this.#load.get(id) ?? 0,
      lastUsedAt: 0,
      takesWork: true,
      running: true,
      rests: false,
    }))
    const policy = { strategy: 'least-busy', affinityStrength: 0.5, defaultInstanceId: null } as const
    return { candidates, policy, growth: 0, mayStart: true }
  }

  /** Why the gate lets nothing in; null when it does. */
  refusal: Hindrance | null = null
  readonly gate = {
    ask: (): Place | Hindrance => {
      if (this.refusal !== null) return this.refusal
      this.open += 1
      let mine = 1
      const end = () => {
        this.open -= mine
        mine = 0
      }
      return { leave: end, giveBack: end, started: () => undefined }
    },
    forget: () => undefined,
  }
  /** Places that are held. */
  open = 0

  heldBy() {
    return null
  }

  fit() {
    return { among: null, makes: 'more' as const, kind: null }
  }

  lacks() {
    return null
  }

  limitOfAll() {
    return null
  }

  limitedUntil() {
    return null
  }

  forgetLimits() {}

  waitsFor(id: string) {
    return `${id} to be free`
  }

  isFree(id: string) {
    return (this.#load.get(id) ?? 0) === 0
  }

  hasLease() {
    return false
  }

  hasProcess() {
    return true
  }

  reserve(id: string) {
    this.#load.set(id, (this.#load.get(id) ?? 0) + 1)
    return () => void this.#load.set(id, (this.#load.get(id) ?? 1) - 1)
  }

  wake() {
    return false
  }

  /** The budget of everything, once it is used up. */
  budget: AppError | null = null

  async checkBudget() {
    if (this.budget !== null) throw this.budget
    if (this.refusesBudget === 0) return
    this.refusesBudget -= 1
    throw new AppError('STATE_CONFLICT', 'Not now.')
  }

  conversationOf() {
    return null
  }

  knownTo() {
    return null
  }

  hasInstance(id: string) {
    return this.ids.includes(id)
  }

  async grow() {
    return null
  }

  /** So many attempts are refused once there is a conversation for them. */
  refusesBudget = 0

  async conversationFor(work: TaskRecord) {
    if (work.conversationId !== null) return work.conversationId
    this.#conversations += 1
    return `conv_${String(this.#conversations).padStart(12, '0')}`
  }

  get conversationsMade(): number {
    return this.#conversations
  }

  /** Others were quicker: so many beginnings are refused. */
  refuses = 0

  async begin({ id, text, instanceId }: TaskRecord, _acceptedAt: number, place: Place) {
    const to = instanceId ?? ''
    if (this.refuses > 0) {
      this.refuses -= 1
      place.giveBack()
      throw new AppError('STATE_CONFLICT', 'It got other work.')
    }
    const atOnce = this.begun.filter(({ instanceId: other, id: task }) => other === to && this.running.has(task)).length + 1
    this.mostAtOnce = Math.max(this.mostAtOnce, atOnce)
    this.#load.set(to, (this.#load.get(to) ?? 0) + 1)
    this.begun.push({ id, text, instanceId: to })
    const turn = Promise.withResolvers<Turn>()
    this.running.set(id, turn)
    this.places.set(id, place)
    return { done: turn.promise.finally(() => this.#load.set(to, (this.#load.get(to) ?? 1) - 1)) }
  }

  async interrupt(_instanceId: string, _turnId: string): Promise<void> {}

  async toolsOf(_conversationId: string, _turnId: string): Promise<string[]> {
    return []
  }

  end(id: string, turn: Partial<Turn> = {}): void {
    const begun = begunTurn({
      id: 'turn_000000000001',
      conversationId: 'conv_000000000001',
      instanceId: null,
      startedAt: new Date().toISOString(),
    })
    this.places.get(id)?.leave()
    this.running.get(id)?.resolve({ ...begun, outcome: 'done', ...turn })
    this.running.delete(id)
  }
}
