import { z } from 'zod'
import { exportFormatSchema, importItemSchema } from '../../../shared/domain/transfer.ts'
import { trusted } from '../threads/protocol.ts'
import type { StagedFile } from './stage.ts'

/** A conversation's file, as the core knows it. */
const sourceFileSchema = z.object({ id: z.string(), path: z.string(), compressed: z.boolean() })
const namedFileSchema = z.object({ path: z.string(), name: z.string() })

const exportOrderSchema = z.object({
  kind: z.literal('export'),
  items: z.array(
    sourceFileSchema.extend({
      title: z.string(),
      state: z.enum(['active', 'archived']),
      tags: z.array(z.string()).readonly(),
      forkedFrom: z.object({ conversationId: z.string(), messageId: z.string().nullable() }).nullable(),
    }),
  ),
  format: exportFormatSchema,
  target: z.string(),
  /** Whatever is there by then may be replaced. */
  replace: z.boolean(),
})
export type ExportOrder = Omit<z.infer<typeof exportOrderSchema>, 'kind'>

const importOrderSchema = z.object({
  kind: z.literal('import'),
  /** A file or folder. */
  path: z.string(),
  /** What the user calls it. */
  name: z.string(),
  /** Files that belong to it and lie elsewhere. */
  beside: z.array(namedFileSchema).readonly().optional(),
  /** A folder inside of the data folder, for files that are not published yet. */
  staging: z.string(),
  /** Conversations that are here, and the sessions they hold. */
  known: z.array(sourceFileSchema).readonly(),
  sessions: z.array(z.tuple([z.string(), z.string()]).readonly()).readonly(),
})
export type ImportOrder = Omit<z.infer<typeof importOrderSchema>, 'kind'>

/** What a thread is to do. */
export const orderSchema = z.discriminatedUnion('kind', [exportOrderSchema, importOrderSchema])
export type WorkerOrder = z.infer<typeof orderSchema>

/** `grows`: a conversation that is here and of which this says more. */
const stagedAboutSchema = z.object({ from: z.string(), archived: z.boolean(), reason: z.string(), grows: z.string().optional() })
export type StagedAbout = z.infer<typeof stagedAboutSchema>

const progressSchema = z.object({ done: z.number(), total: z.number().nullable(), bytes: z.number(), totalBytes: z.number() })
export type ImportProgress = z.infer<typeof progressSchema>

const reportSchema = z.discriminatedUnion('type', [
  /** A conversation waits to be published; the thread is told when it was. */
  z.object({ type: z.literal('staged'), file: trusted<StagedFile>(), about: stagedAboutSchema }),
  z.object({ type: z.literal('item'), item: importItemSchema }),
  z.object({ type: z.literal('import-progress'), progress: progressSchema }),
  z.object({ type: z.literal('export-progress'), done: z.number(), bytes: z.number() }),
])
/** What a thread says while it works. */
export type WorkReport = z.infer<typeof reportSchema>

/** What is said between the core and a thread that exports or imports: it does one such work and ends. */
export const transferProtocol = {
  /** Where the thread says that it waits for a file. */
  data: z.instanceof(SharedArrayBuffer),
  calls: {
    /**
     * Does it, and answers at its end. The order is JSON as text: a hundred thousand conversations would hold up the app while they are
     * cloned one by one.
     */
    run: { input: z.string(), output: z.null() },
  },
  /** What was staged first and not published yet is published. */
  tells: z.literal('published'),
  reports: reportSchema,
} as const
