import { withEventMeta } from '@orpc/server'
import type { Identified } from '../events/event-log.ts'

/**
 * Events with their ids as the contract's streams carry them, each sent only when the reader has taken the ones before. `sent`: what of an
 * event is sent.
 */
export async function* withIds<E extends object>(
  events: AsyncGenerator<Identified<E>, void, void>,
  drained: (() => Promise<void>) | undefined,
  sent: (event: E) => E = (event) => event,
): AsyncGenerator<E, void, void> {
  for await (const { id, event } of events) {
    yield withEventMeta(sent(event), { id })
    await drained?.()
  }
}
