import { z } from 'zod'
import { vaultSourceNameSchema } from '../../../shared/domain/vault.ts'
import { fileRecordSchema } from './vault-record.ts'

const sourcesSchema = z.array(z.object({ name: vaultSourceNameSchema, folder: z.string() }))

/** What the worker is started with. */
export const workerDataSchema = z.object({
  folder: z.string(),
  sources: sourcesSchema,
  /** Minutes between two passes over everything, for what the system did not tell. */
  rescanMinutes: z.number(),
})
export type WorkerData = z.infer<typeof workerDataSchema>

export const workerRequestSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('scan'), id: z.number() }),
  z.object({ type: z.literal('look'), source: vaultSourceNameSchema, paths: z.array(z.string()), id: z.number() }),
  z.object({
    type: z.literal('remove'),
    source: vaultSourceNameSchema,
    paths: z.array(z.string()),
    what: z.enum(['copies', 'earlier']),
    id: z.number(),
  }),
  /** Follows these from now on, and no others. */
  z.object({ type: z.literal('follow'), sources: sourcesSchema }),
  z.object({ type: z.literal('close') }),
])
export type WorkerRequest = z.infer<typeof workerRequestSchema>

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
  /** What was asked for under this number is done. */
  z.object({ type: z.literal('done'), id: z.number() }),
  z.object({ type: z.literal('problem'), message: z.string() }),
])
export type WorkerReport = z.infer<typeof workerReportSchema>
