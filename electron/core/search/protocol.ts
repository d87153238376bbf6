import { z } from 'zod'
import { answerSchema, findInputSchema } from './searcher.ts'
import { sourceSchema } from './source.ts'

/** What the core says to its search workers. */
export const orderSchema = z.discriminatedUnion('type', [
  /** All sources that there are, in parts. */
  z.object({ type: z.literal('sync'), sources: z.array(sourceSchema), last: z.boolean() }),
  z.object({ type: z.literal('touch'), sources: z.array(sourceSchema) }),
  z.object({ type: z.literal('remove'), keys: z.array(z.string()) }),
  z.object({ type: z.literal('remove-session'), sessionId: z.string() }),
  z.object({ type: z.literal('hold'), held: z.boolean() }),
  z.object({ type: z.literal('find'), id: z.number(), input: findInputSchema }),
  z.object({ type: z.literal('close') }),
])
export type Order = z.infer<typeof orderSchema>

const faultSchema = z.enum(['damaged', 'full', 'readonly', 'busy', 'other'])

/** What they say to the core. */
export const reportSchema = z.discriminatedUnion('type', [
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
  z.object({ type: z.literal('found'), id: z.number(), answer: answerSchema }),
  z.object({ type: z.literal('fault'), id: z.number().nullable(), fault: faultSchema, message: z.string() }),
  z.object({ type: z.literal('verified'), finding: z.string().nullable() }),
])
export type Report = z.infer<typeof reportSchema>

export const workerDataSchema = z.object({
  role: z.enum(['index', 'query', 'verify']),
  path: z.string(),
  /** Make the index anew, whatever is there. */
  fresh: z.boolean(),
  /** How many searches are under way: the indexer waits for them. */
  searching: z.instanceof(SharedArrayBuffer),
})
export type WorkerData = z.infer<typeof workerDataSchema>
