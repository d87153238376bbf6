import { z } from 'zod'
import { approvalOutcomeSchema, decisionSchema, type Approval, type Decision } from './approval.ts'
import { toolCallSchema } from './message.ts'

/** How a request about a tool call was answered, and what was answered to it. */
export const storedAnswerSchema = z.object({
  outcome: approvalOutcomeSchema.exclude(['waiting']),
  /** The reason that was given with a denial, or what was said instead of answers. */
  message: z.string().optional(),
  /** Answers to Claude's questions with the notes on them, and the mode that a plan is carried out in. */
  ...decisionSchema.pick({ answers: true, annotations: true, planMode: true }).shape,
  /** The plan as it was proposed; of a plan. */
  plan: z.string().optional(),
  /** The plan as the user changed it. */
  editedPlan: z.string().optional(),
})
export type StoredAnswer = z.infer<typeof storedAnswerSchema>

/** A tool call as it is stored: the last that was said of it, and how the question about it was answered where there was one. */
export const storedToolSchema = toolCallSchema.extend({ approval: storedAnswerSchema.optional() })
export type StoredTool = z.infer<typeof storedToolSchema>

/** What is kept beside a call of how the request about it was answered. */
export function storedAnswer(
  { plan }: Pick<Approval, 'plan'>,
  outcome: StoredAnswer['outcome'],
  decision: Decision | undefined,
): StoredAnswer {
  const { message, answers, annotations, planMode, plan: editedPlan } = decision ?? {}
  return {
    outcome,
    ...(message === undefined ? {} : { message }),
    ...(answers === undefined ? {} : { answers }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(planMode === undefined ? {} : { planMode }),
    ...(plan === undefined ? {} : { plan }),
    ...(editedPlan === undefined || editedPlan === plan ? {} : { editedPlan }),
  }
}
