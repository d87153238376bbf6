import { api } from './context.ts'

/** Snapshots of folders: contract call to core call. */
export const snapshots = {
  status: api.snapshots.status.handler(({ context }) => context.core.snapshots.status()),
  remove: api.snapshots.remove.handler(async ({ context, input }) => ({ removed: await context.core.snapshots.remove(input.folder) })),
}
