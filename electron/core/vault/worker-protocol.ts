import { z } from 'zod'
import { vaultSourceNameSchema } from '../../../shared/domain/vault.ts'
import { fileRecordSchema } from './vault-record.ts'

const sourcesSchema = z.array(z.object({ name: vaultSourceNameSchema, folder: z.string() }))
const paths = z.array(z.string())

export const scanStateSchema = z.object({
  running: z.boolean(),
  total: z.number(),
  done: z.number(),
  bytes: z.number(),
  finishedAt: z.string().nullable(),
  problem: z.string().nullable(),
})

export const workerReportSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('records'), records: z.array(fileRecordSchema) }),
  /** All that was known at the last end has been told. */
  z.object({ type: z.literal('loaded') }),
  z.object({ type: z.literal('scan'), scan: scanStateSchema }),
  z.object({ type: z.literal('problem'), message: z.string() }),
])
export type WorkerReport = z.infer<typeof workerReportSchema>

/** What is said between the vault and its thread. */
export const vaultProtocol = {
  data: z.object({
    folder: z.string(),
    sources: sourcesSchema,
    /** Minutes between two passes over everything, for what the system did not tell. */
    rescanMinutes: z.number(),
  }),
  calls: {
    /** Goes through everything; answers at its end. */
    scan: { input: z.null(), output: z.null() },
    look: { input: z.object({ source: vaultSourceNameSchema, paths }), output: z.null() },
    remove: { input: z.object({ source: vaultSourceNameSchema, paths, what: z.enum(['copies', 'earlier']) }), output: z.null() },
  },
  /** Follows these from now on, and no others. */
  tells: z.object({ type: z.literal('follow'), sources: sourcesSchema }),
  reports: workerReportSchema,
} as const
export type WorkerData = z.infer<typeof vaultProtocol.data>
