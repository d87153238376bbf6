import { idSchema } from '../../../shared/domain/common.ts'
import type { Core } from '../core.ts'
import { api } from './context.ts'

/** What is written and not sent: contract call to core call. */
export const drafts = {
  get: api.drafts.get.handler(({ context: { core }, input }) => {
    check(core, input.id)
    return core.drafts.get(input.id, input.known)
  }),
  put: api.drafts.put.handler(async ({ context: { core }, input: { id, ...draft } }) => {
    check(core, id)
    const { text, parts, revision, updatedAt } = await core.drafts.put(id, draft)
    return { text, parts: parts.map((part) => ({ id: part.id })), revision, updatedAt }
  }),
}

/** Throws NOT_FOUND where there is nothing that it could belong to. */
function check(core: Core, key: string): void {
  if (!idSchema.safeParse(key).success) return
  if (key.startsWith('inst_')) core.pool.instances.get(key)
  else core.conversations.get(key)
}
