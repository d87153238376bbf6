import { Notification } from 'electron'
import type { PoolEvent } from '../../shared/domain/event.ts'
import type { Core } from '../core/core.ts'

export type NotificationOptions = {
  /** True while the user looks at the window and needs no notification. */
  isWatched: () => boolean
  onClick: (conversationId: string) => void
  signal: AbortSignal
}

/** Tells the user what waits or has ended while the window is not looked at. */
export async function notifyWhileAway(core: Core, { isWatched, onClick, signal }: NotificationOptions): Promise<void> {
  const running = new Set<string>()
  for await (const { event } of core.events.stream({ signal })) {
    const words = wordsFor(core, event, running)
    if (words === null || isWatched() || !Notification.isSupported()) continue
    const notification = new Notification({ title: words.title, body: words.body })
    notification.on('click', () => onClick(words.conversationId))
    notification.show()
  }
}

type Words = { title: string; body: string; conversationId: string }

function wordsFor(core: Core, event: PoolEvent, running: Set<string>): Words | null {
  if (event.type === 'approval' && event.outcome === 'waiting') {
    const { conversationId, instanceId, tool } = event.approval
    const name = core.pool.list().find(({ id }) => id === instanceId)?.name ?? 'Claude'
    return { title: `${name} needs your decision`, body: `It wants to use ${tool}.`, conversationId }
  }
  if (event.type !== 'conversation') return null
  const { id, title, lastTurn } = event.conversation
  if (lastTurn === null) return null
  if (lastTurn.outcome === null) {
    running.add(lastTurn.id)
    return null
  }
  if (!running.delete(lastTurn.id) || lastTurn.outcome === 'interrupted') return null
  return { title, body: lastTurn.outcome === 'done' ? 'The answer is there.' : (lastTurn.error?.message ?? 'The turn failed.'), conversationId: id }
}
