import { Notification } from 'electron'
import type { PoolEvent } from '../../shared/domain/event.ts'
import type { Turn } from '../../shared/domain/turn.ts'
import { approvalWords } from '../../shared/notification-words.ts'
import type { Client } from './house.ts'
import { RunWords, type Words } from './run-words.ts'

export type NotificationOptions = {
  /** True while the user looks at the window and needs no notification. */
  isWatched: () => boolean
  /** The user wants to be notified. */
  isWanted: () => boolean
  onClick: (address: string) => void
}

const mostShown = 20
const mostConversations = 1_000

/** Tells the user what waits or has ended while the window is not looked at. */
export class Notifications {
  readonly #turns = new EndedTurns()
  readonly #runs = new RunWords()
  readonly #shown: ShownNotifications
  readonly #options: NotificationOptions

  constructor(options: NotificationOptions) {
    this.#options = options
    this.#shown = new ShownNotifications(options.onClick)
  }

  /** To be told of everything that happens, in its order. */
  async take(event: PoolEvent, client: Client): Promise<void> {
    const { isWanted, isWatched } = this.#options
    if (event.type === 'approval' && event.outcome !== 'waiting') this.#shown.close(event.approval.id)
    const { fresh, gone } =
      event.type === 'run' ? this.#runs.take(event.run) : { fresh: [await wordsFor(client, event, this.#turns)], gone: [] }
    for (const id of gone) this.#shown.close(id)
    if (!isWanted() || isWatched() || !Notification.isSupported()) return
    for (const words of fresh) if (words !== null) this.#shown.show(words)
  }

  closeAll(): void {
    this.#shown.closeAll()
  }
}

/** The notifications that can still be clicked. One that nobody holds would be collected, and its click with it. */
class ShownNotifications {
  readonly #shown = new Map<string, Notification>()
  readonly #onClick: (address: string) => void

  constructor(onClick: (address: string) => void) {
    this.#onClick = onClick
  }

  show({ id, title, body, address }: Words): void {
    const [oldest] = this.#shown.keys()
    if (this.#shown.size >= mostShown && oldest !== undefined) this.close(oldest)
    const notification = new Notification({ title, body })
    const forget = (): void => void this.#shown.delete(id)
    notification.on('close', forget)
    notification.on('click', () => {
      forget()
      this.#onClick(address)
    })
    this.#shown.set(id, notification)
    notification.show()
  }

  /** Takes one away that is about nothing any more. */
  close(id: string): void {
    const notification = this.#shown.get(id)
    this.#shown.delete(id)
    notification?.close()
  }

  closeAll(): void {
    for (const id of this.#shown.keys()) this.close(id)
  }
}

/**
 * Which ends of turns were told already. A quick turn is never seen running, for changes are told only so often, so it is the
 * end that counts: each once, and none of before the app was started.
 */
class EndedTurns {
  readonly #since = new Date().toISOString()
  readonly #told = new Map<string, string>()

  isNew(conversationId: string, { id, outcome, endedAt }: Turn): boolean {
    if (outcome === null || endedAt === null || endedAt < this.#since || this.#told.get(conversationId) === id) return false
    this.#told.delete(conversationId)
    this.#told.set(conversationId, id)
    const [oldest] = this.#told.keys()
    if (this.#told.size > mostConversations && oldest !== undefined) this.#told.delete(oldest)
    return true
  }
}

async function wordsFor(client: Client, event: PoolEvent, turns: EndedTurns): Promise<Words | null> {
  if (event.type === 'approval' && event.outcome === 'waiting') {
    const { id, conversationId, instanceId } = event.approval
    const name = await client.instances.get({ id: instanceId }).then(
      (instance) => instance.name,
      () => 'Claude',
    )
    return { id, ...approvalWords(event.approval, name), address: `#/conversation/${conversationId}` }
  }
  if (event.type !== 'conversation') return null
  const { id, title, lastTurn, origin } = event.conversation
  // A run or a topic has many; the run itself tells when it needs the user, and when it has ended.
  if (origin !== undefined || lastTurn === null || !turns.isNew(id, lastTurn) || lastTurn.outcome === 'interrupted') return null
  const body = lastTurn.outcome === 'done' ? 'Done' : (lastTurn.error?.message ?? 'The turn failed.')
  return { id: lastTurn.id, title, body, address: `#/conversation/${id}` }
}
