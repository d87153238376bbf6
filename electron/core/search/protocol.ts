import { z } from 'zod'
import { answerSchema, findInputSchema } from './searcher.ts'
import { sourceSchema } from './source.ts'

const faultSchema = z.enum(['damaged', 'full', 'readonly', 'busy', 'other'])
export type Fault = z.infer<typeof faultSchema>

/** What went wrong with the index's file, when that is what an error of a call is about. */
export const faultDataSchema = z.object({ fault: faultSchema, reason: z.string() })

const orderSchema = z.discriminatedUnion('type', [
  /** All sources that there are, in parts. */
  z.object({ type: z.literal('sync'), sources: z.array(sourceSchema), last: z.boolean() }),
  z.object({ type: z.literal('touch'), sources: z.array(sourceSchema) }),
  z.object({ type: z.literal('remove'), keys: z.array(z.string()) }),
  z.object({ type: z.literal('remove-session'), sessionId: z.string() }),
  z.object({ type: z.literal('hold'), held: z.boolean() }),
])
export type Order = z.infer<typeof orderSchema>

const reportSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('opened'),
    renewed: z.enum(['missing', 'damaged', 'version', 'changed']).nullable(),
    unsure: z.boolean(),
    messages: z.number(),
  }),
  z.object({
    type: z.literal('progress'),
    state: z.enum(['building', 'tidying', 'ready']),
    done: z.number(),
    total: z.number(),
    messages: z.number(),
    cut: z.number(),
  }),
  z.object({ type: z.literal('fault'), fault: faultSchema, message: z.string() }),
])
export type Report = z.infer<typeof reportSchema>

/** What is said between the search and its threads. */
export const searchProtocol = {
  data: z.object({
    role: z.enum(['index', 'query', 'verify']),
    path: z.string(),
    /** Make the index anew, whatever is there. */
    fresh: z.boolean(),
    /** How many searches are under way: the indexer waits for them. */
    searching: z.instanceof(SharedArrayBuffer),
  }),
  calls: {
    /** For the role `query`. */
    find: { input: findInputSchema, output: answerSchema },
    /** For the role `verify`: what is wrong with the index, or null. */
    verify: { input: z.null(), output: z.string().nullable() },
  },
  /** For the role `index`. */
  tells: orderSchema,
  reports: reportSchema,
} as const
export type WorkerData = z.infer<typeof searchProtocol.data>
