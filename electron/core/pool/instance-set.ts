import { AppError } from '../../../shared/app-error.ts'
import type { Instance } from '../instances/instance.ts'
import { messageGone } from '../instances/instance-errors.ts'

/** The instances by id, and the questions that concern more than one of them. */
export class InstanceSet {
  readonly #instances = new Map<string, Instance>()

  all(): Instance[] {
    return [...this.#instances.values()]
  }

  find(id: string | null): Instance | undefined {
    return id === null ? undefined : this.#instances.get(id)
  }

  /** Throws NOT_FOUND. */
  get(id: string): Instance {
    const instance = this.#instances.get(id)
    if (!instance) throw new AppError('NOT_FOUND', 'There is no such instance; it may have been removed. Reload the list.')
    return instance
  }

  add(instance: Instance): void {
    this.#instances.set(instance.id, instance)
  }

  remove(id: string): void {
    this.#instances.delete(id)
  }

  /** The one with the fewest turns to do, of those that can take any: one that is leased only where there is no other. */
  leastBusy(): Instance | undefined {
    const able = this.all().filter(({ failure, tenure }) => failure === null && tenure.kind === null)
    const unlent = able.filter(({ tenure }) => tenure.lease === null)
    return (unlent.length > 0 ? unlent : able).toSorted((a, b) => a.load - b.load)[0]
  }

  /** The instance that a prompt waits for. Throws TASK_GONE. */
  ownerOf(taskId: string): Instance {
    const owner = this.all().find((instance) => instance.tasks().some((task) => task.id === taskId))
    if (!owner) throw messageGone()
    return owner
  }

  /** Throws CONVERSATION_BUSY while any instance has work for it; `doing` completes the sentence. */
  notBusy(conversationId: string, doing: string): void {
    const busy = this.all().find((instance) => instance.hasWorkFor(conversationId))
    if (!busy) return
    if (busy.occupied && !busy.isAtWorkIn(conversationId)) {
      const { words } = busy.occupied
      throw new AppError(
        'CONVERSATION_BUSY',
        `${words} still running in this conversation of ${busy.config.name}. Stop it before ${doing}.`,
      )
    }
    throw new AppError(
      'CONVERSATION_BUSY',
      `${busy.config.name} is at work in this conversation. Stop the turn and clear its queue before ${doing}.`,
    )
  }

  /** Throws NAME_TAKEN when another instance than `except` has the name, in whatever case. */
  nameIsFree(name: string, except: string | null): void {
    const wanted = name.toLowerCase()
    const taken = this.all().find((instance) => instance.id !== except && instance.config.name.toLowerCase() === wanted)
    if (!taken) return
    const message = `There is already an instance named ${taken.config.name}. Choose another name.`
    throw new AppError('NAME_TAKEN', message, { data: { field: 'name' } })
  }
}
