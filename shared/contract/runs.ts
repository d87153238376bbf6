import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { idSchema, pageOf, timeSchema } from '../domain/common.ts'
import { recipeNameSchema, stepIdSchema } from '../domain/recipe.ts'
import {
  runEventSchema,
  runItemSchema,
  runRequestSchema,
  runSchema,
  runStateSchema,
  runSummarySchema,
  stepStateSchema,
  wholeStepSchema,
} from '../domain/run.ts'
import { call } from './base.ts'
import { keySchema } from './work.ts'

const byId = z.object({ id: idSchema })
const oneStep = byId.extend({ step: stepIdSchema })
const placeSchema = z.string().regex(/^\d{1,15}$/, 'A cursor is what an earlier page answered as nextCursor.')

/** Pieces of work of several turns: over when Claude Code's own results say so, and going on after a restart. */
export const runs = {
  list: call
    .route({ method: 'GET', path: '/runs', summary: 'List runs, the newest first' })
    .input(
      z.object({
        state: z.union([runStateSchema, z.array(runStateSchema).max(6)]).optional(),
        recipe: recipeNameSchema.optional(),
        nested: z.boolean().default(false).describe('Also those that are a part of another run.'),
        cursor: z.string().max(100).optional(),
        limit: z.int().min(1).max(500).default(100),
      }),
    )
    .output(pageOf(runSummarySchema)),
  /** It is on the disk when this answers. The same key again answers the run that it began. */
  start: call
    .route({
      method: 'POST',
      path: '/runs',
      summary: 'Run a recipe by its name, one that is sent along, or a Markdown task file',
      successStatus: 201,
    })
    .input(
      runRequestSchema.extend({
        key: keySchema.optional(),
        wait: z.boolean().default(false).describe('Answer once it has ended, or waits for a person; with the run.'),
      }),
    )
    .output(byId.extend({ run: runSchema.optional() })),
  get: call.route({ method: 'GET', path: '/runs/{id}', summary: 'Read a run and its steps' }).input(byId).output(runSchema),
  pause: call
    .route({ method: 'POST', path: '/runs/{id}/pause', summary: 'Begin nothing more until it is resumed; what runs ends' })
    .input(byId)
    .output(runSummarySchema),
  resume: call
    .route({ method: 'POST', path: '/runs/{id}/resume', summary: 'Go on with a paused run' })
    .input(byId)
    .output(runSummarySchema),
  cancel: call
    .route({ method: 'POST', path: '/runs/{id}/cancel', summary: 'End a run and everything that it has started' })
    .input(byId)
    .output(runSummarySchema),
  retry: call
    .route({ method: 'POST', path: '/runs/{id}/retry', summary: 'Try what failed again, with what was done before kept' })
    .input(byId.extend({ step: stepIdSchema.optional().describe('This step of it alone.') }))
    .output(runSummarySchema),
  step: call
    .route({ method: 'GET', path: '/runs/{id}/steps/{step}', summary: 'Read a step with its whole text, its prompt and its words' })
    .input(oneStep)
    .output(wholeStepSchema),
  decide: call
    .route({
      method: 'POST',
      path: '/runs/{id}/steps/{step}',
      summary: 'Answer a gate, retry, skip or mark a step as done, or change the prompt of one that waits',
    })
    .input(
      oneStep.extend({
        decision: z.enum(['approve', 'reject', 'retry', 'skip', 'done', 'edit']),
        message: z.string().max(100_000).optional().describe('Later steps read it as steps.<id>.message. Not with retry and edit.'),
        output: z.unknown().optional().describe('With done: what the step has put out.'),
        index: z.int().nonnegative().optional().describe('With retry: this part of a fan-out alone.'),
        prompt: z.string().max(200_000).optional().describe('With edit: the new prompt.'),
        since: timeSchema.optional().describe('Only if it is what has waited since then: the `since` of the need that is answered.'),
      }),
    )
    .output(runSummarySchema),
  items: call
    .route({ method: 'GET', path: '/runs/{id}/steps/{step}/items', summary: 'List the parts of a fan-out in their order' })
    .input(
      oneStep.extend({
        state: z.union([stepStateSchema, z.array(stepStateSchema).max(7)]).optional(),
        q: z.string().max(1_000).optional().describe('Only those whose item or error has these words.'),
        cursor: placeSchema.optional(),
        limit: z.int().min(1).max(500).default(100),
      }),
    )
    .output(pageOf(runItemSchema)),
  events: call
    .route({ method: 'GET', path: '/runs/{id}/events', summary: 'What happens in a run, as server-sent events' })
    .input(byId)
    .output(eventIterator(runEventSchema)),
}
