import { z } from 'zod'
import { matchingFilesSchema } from '../../../shared/domain/trigger.ts'
import type { Protocol } from '../threads/protocol.ts'
import { watchedSchema } from './watched-paths.ts'

const watchTellSchema = z.discriminatedUnion('do', [
  z.object({ do: z.literal('watch'), id: z.int(), watched: watchedSchema }),
  z.object({ do: z.literal('unwatch'), id: z.int() }),
])
export type WatchTell = z.infer<typeof watchTellSchema>

const folderChangeSchema = z.object({ path: z.string(), change: z.enum(['added', 'changed', 'removed']) })
export type FolderChange = z.infer<typeof folderChangeSchema>

/** `ready`: everything is watched from now on. `trouble`: why nothing is told now, for the user; null once it is told again. */
const watchReportSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('changes'), id: z.int(), changes: z.array(folderChangeSchema) }),
  z.object({ kind: z.literal('ready'), id: z.int() }),
  z.object({ kind: z.literal('trouble'), id: z.int(), message: z.string().nullable() }),
])
export type WatchReport = z.infer<typeof watchReportSchema>

/** What is asked of the thread that looks at folders. */
export const watchProtocol = {
  data: z.null(),
  calls: { matching: { input: z.object({ folder: z.string(), glob: z.string() }), output: matchingFilesSchema } },
  tells: watchTellSchema,
  reports: watchReportSchema,
} satisfies Protocol<Record<string, { input: z.ZodType; output: z.ZodType }>, WatchTell, WatchReport>
