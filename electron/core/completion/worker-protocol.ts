import { z } from 'zod'
import type { Protocol } from '../threads/protocol.ts'

const found = z.object({
  paths: z.array(z.string()),
  /** So many are known. */
  known: z.number(),
  /** The first look at the folder is not over. */
  building: z.boolean(),
  /** All that is there is known. */
  whole: z.boolean(),
})
export type FoundPaths = z.infer<typeof found>

/** What is asked of the thread that knows which files folders have. */
export const completionProtocol = {
  data: z.null(),
  calls: {
    find: { input: z.object({ cwd: z.string(), query: z.string(), limit: z.number() }), output: found },
  },
  tells: z.never(),
  reports: z.never(),
} satisfies Protocol<Record<string, { input: z.ZodType; output: z.ZodType }>, never, never>
