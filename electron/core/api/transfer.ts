import { AppError } from '../../../shared/app-error.ts'
import type { Transfer } from '../../../shared/domain/transfer.ts'
import { importLimits } from '../transfer/limits.ts'
import type { Transfers } from '../transfer/transfers.ts'
import { api } from './context.ts'

/** Conversations that leave and come: contract call to core call. */
export const transfer = {
  exportOne: api.transfer.exportOne.handler(({ context, input: { id, format }, signal }) =>
    context.core.transfers.download({ ids: [id], state: 'all' }, format, signal),
  ),
  exportMany: api.transfer.exportMany.handler(async ({ context: { core }, input: { ids, state, format, path, overwrite, wait } }) => {
    const begun = await core.transfers.export({ ids, state }, format, path === undefined ? undefined : { path, overwrite })
    return ended(core.transfers, begun, wait)
  }),
  download: api.transfer.download.handler(({ context, input: { ids, state, format }, signal }) =>
    context.core.transfers.download({ ids, state }, format, signal),
  ),
  import: api.transfer.import.handler(async ({ context: { core }, input: { path, file, wait } }) => {
    if ((path === undefined) === (file === undefined))
      throw new AppError('BAD_REQUEST', 'Provide either the path of a file or folder, or the file itself.', { data: { field: 'path' } })
    const begun =
      file === undefined
        ? core.transfers.import(path ?? '')
        : await core.transfers.importBytes(bytesOf(file), file.name, importLimits.fileBytes)
    return ended(core.transfers, begun, wait)
  }),
  list: api.transfer.list.handler(({ context }) => ({ items: context.core.transfers.list(), nextCursor: null })),
  get: api.transfer.get.handler(({ context, input }) => context.core.transfers.get(input.id)),
  cancel: api.transfer.cancel.handler(({ context, input }) => context.core.transfers.cancel(input.id)),
  file: api.transfer.file.handler(({ context, input }) => context.core.transfers.file(input.id)),
  context: api.transfer.context.handler(async ({ context, input }) => ({ context: await context.core.transfers.context(input.id) })),
  prompt: api.transfer.prompt.handler(({ context, input: { id, ...options } }) => context.core.transfers.prompt(id, options)),
}

function ended(transfers: Transfers, begun: Transfer, wait: boolean): Transfer | Promise<Transfer> {
  return wait ? transfers.ended(begun.id) : begun
}

async function* bytesOf(file: File): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of file.stream()) if (chunk instanceof Uint8Array) yield chunk
}
