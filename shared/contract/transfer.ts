import { z } from 'zod'
import { idSchema, pageOf } from '../domain/common.ts'
import { contextPromptSchema, contextStateSchema, exportFormatSchema, promptToolsSchema, transferSchema } from '../domain/transfer.ts'
import { call } from './base.ts'

const byId = z.object({ id: idSchema })
const pathSchema = z.string().trim().min(1).max(4096)

/** Which conversations: these, or else all in a state. */
const selection = {
  ids: z.array(idSchema).min(1).max(100_000).optional(),
  state: z.enum(['active', 'archived', 'all']).default('all'),
}

/** Conversations that leave and come: files, bundles, prompts. */
export const transfer = {
  exportOne: call
    .route({ method: 'GET', path: '/conversations/{id}/export', summary: 'Download a conversation' })
    .input(byId.extend({ format: exportFormatSchema.default('json') }))
    .output(z.file()),
  /** Begins an export of many; its file is fetched with `file` or is written to `path` on this machine. */
  exportMany: call
    .route({ method: 'POST', path: '/conversations/export', summary: 'Export many conversations or all' })
    .input(
      z.object({
        ...selection,
        format: exportFormatSchema.default('bundle'),
        /** Where to save it on this machine, as an absolute path. */
        path: pathSchema.optional(),
        /** A file that is there may be replaced; without it that is refused. Links and devices never are. */
        overwrite: z.boolean().default(false),
        /** Answer when it has ended. */
        wait: z.boolean().default(false),
      }),
    )
    .output(transferSchema),
  download: call
    .route({ method: 'GET', path: '/conversations/export', summary: 'Download many conversations or all' })
    .input(
      z.object({
        ...selection,
        ids: z.union([idSchema.transform((id) => [id]), selection.ids]),
        format: exportFormatSchema.default('bundle'),
      }),
    )
    .output(z.file()),
  import: call
    .route({
      method: 'POST',
      path: '/conversations/import',
      summary: 'Import a bundle, our JSONL, a Claude Code transcript, a folder of them, or a claude.ai export',
    })
    .input(
      z.object({
        /** A file or folder on this machine, as an absolute path. */
        path: pathSchema.optional(),
        /** Or the file itself. The web shell also takes it as the body of the request, of any length. */
        file: z.file().optional(),
        wait: z.boolean().default(false),
      }),
    )
    .output(transferSchema),
  list: call.route({ method: 'GET', path: '/transfers', summary: 'List exports and imports, newest first' }).output(pageOf(transferSchema)),
  get: call
    .route({ method: 'GET', path: '/transfers/{id}', summary: 'Progress of an export or import' })
    .input(byId)
    .output(transferSchema),
  cancel: call
    .route({ method: 'DELETE', path: '/transfers/{id}', summary: 'Stop an export or import; what was imported stays' })
    .input(byId)
    .output(transferSchema),
  file: call.route({ method: 'GET', path: '/transfers/{id}/file', summary: 'Download what an export made' }).input(byId).output(z.file()),
  context: call
    .route({
      method: 'GET',
      path: '/conversations/{id}/context',
      summary: 'Whether Claude still has the context when the conversation continues',
    })
    .input(byId)
    .output(z.object({ context: contextStateSchema })),
  prompt: call
    .route({ method: 'GET', path: '/conversations/{id}/prompt', summary: 'A conversation as a plain prompt for another model' })
    .input(
      byId.extend({
        tools: promptToolsSchema.default('short'),
        maxTokens: z.int().min(100).max(2_000_000).default(150_000),
      }),
    )
    .output(contextPromptSchema),
}
