import { api } from './context.ts'

/** Turns by their ids: contract call to core call. */
export const turns = {
  get: api.turns.get.handler(({ context, input: { id, waitSeconds }, signal }) => context.core.lookup.turn(id, { waitSeconds, signal })),
}
