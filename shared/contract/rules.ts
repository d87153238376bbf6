import { z } from 'zod'
import { idSchema } from '../domain/common.ts'
import { confirmSchema, ruleDraftSchema, rulePatchSchema, shownRuleSchema } from '../domain/rule.ts'
import { call } from './base.ts'

const one = z.object({ id: idSchema })

/** Decisions about tools that hold until they are revoked. They are Bullpen's own: Claude Code's settings stay as they are. */
export const rules = {
  list: call
    .route({ method: 'GET', path: '/rules', summary: 'List rules, newest first' })
    .output(z.object({ items: z.array(shownRuleSchema), nextCursor: z.null(), most: z.int() })),
  create: call
    .route({ method: 'POST', path: '/rules', summary: 'Create a rule; if one that says the same exists, that one is returned' })
    .input(ruleDraftSchema.extend({ confirm: confirmSchema }))
    .output(shownRuleSchema),
  update: call
    .route({ method: 'PATCH', path: '/rules/{id}', summary: 'Change a rule; null takes a field away' })
    .input(one.extend(rulePatchSchema.shape))
    .output(shownRuleSchema),
  remove: call
    .route({ method: 'DELETE', path: '/rules/{id}', summary: 'Revoke a rule, starting with the next call' })
    .input(one)
    .output(z.object({ removed: z.literal(true) })),
  restore: call
    .route({ method: 'POST', path: '/rules/{id}/restore', summary: 'Undo revoking a rule, while Bullpen runs' })
    .input(one)
    .output(shownRuleSchema),
}
