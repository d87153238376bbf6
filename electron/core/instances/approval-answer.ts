import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { AppError } from '../../../shared/app-error.ts'
import type { Approval, Decision } from '../../../shared/domain/approval.ts'
import { formFaults } from '../../../shared/domain/elicitation-form.ts'
import type { PermissionAnswer } from '../claude/claude-event.ts'
import { mayBeRuled } from '../rules/covers.ts'
import { questionAnswers } from './question-answers.ts'

const notAllowed = 'The user did not allow this.'

/** Refuses a decision that does not fit what was asked, before anything is written. */
export function checkDecision(approval: Approval, decision: Decision): void {
  const { kind } = approval
  const misfit = (field: string, what: string) =>
    new AppError('BAD_REQUEST', `"${field}" is an answer to ${what}, and this request is none. Leave it out.`, { data: { field } })
  for (const field of ['answers', 'annotations'] as const) if (decision[field] && kind !== 'question') throw misfit(field, 'a question')
  if ((decision.planMode || decision.plan !== undefined) && kind !== 'plan') throw misfit(decision.planMode ? 'planMode' : 'plan', 'a plan')
  if (decision.content && kind !== 'elicitation') throw misfit('content', 'a form of an MCP server')
  if (decision.updatedInput && (kind === 'elicitation' || kind === 'dialog')) throw misfit('updatedInput', 'a call of a tool')
  // Claude Code takes an empty one for none, and would run what it had asked for.
  if (decision.updatedInput && Object.keys(decision.updatedInput).length === 0 && Object.keys(approval.input).length > 0)
    throw new AppError('BAD_REQUEST', '"updatedInput" is empty. Give all of the input that is to run, or leave it out.', {
      data: { field: 'updatedInput' },
    })
  if (decision.choice !== undefined && kind !== 'dialog') throw misfit('choice', 'a dialog')
  if (kind === 'dialog' && decision.decision === 'allow') checkChoice(approval, decision.choice)
  if (decision.rule && decision.remember !== 'rule')
    throw new AppError('BAD_REQUEST', 'A rule needs remember: "rule". Add that, or leave the rule out.', {
      data: { field: 'rule' },
    })
  if (decision.remember === 'rule' && kind !== 'permission')
    throw new AppError('BAD_REQUEST', 'Questions, plans and forms are always asked; they can’t have a rule.', {
      data: { field: 'remember' },
    })
  const isLasting = decision.remember === 'conversation' || (decision.remember === 'rule' && !mayBeRuled(approval))
  if (decision.decision === 'allow' && isLasting && (approval.facts.suppressAlwaysAllow || decision.remember === 'rule'))
    throw new AppError('BAD_REQUEST', 'Claude Code doesn’t allow a lasting permission for this call. Allow it once.', {
      data: { field: 'remember' },
    })
  if (kind === 'question' && decision.updatedInput) checkChangedQuestions(approval, decision.updatedInput)
  checkQuestions(approval, 'answers', decision.answers)
  checkQuestions(approval, 'annotations', decision.annotations)
  if (kind === 'elicitation' && decision.decision === 'allow') {
    const [fault] = approval.elicitation?.mode === 'form' ? formFaults(approval.elicitation.requestedSchema, decision.content ?? {}) : []
    if (fault) throw new AppError('BAD_REQUEST', fault.message, { data: { field: fault.field } })
  }
}

/** What Claude Code is told, in the form that it takes for what it asked. */
export function answerOf(approval: Approval, decision: Decision): PermissionAnswer {
  const message = decision.message?.trim() ?? ''
  if (decision.decision === 'deny')
    return { behavior: 'deny', message: message === '' ? notAllowed : message, interrupt: decision.interrupt ?? false }
  return { behavior: 'allow', updatedInput: allowedInput(approval, decision), ...(decision.planMode ? { mode: decision.planMode } : {}) }
}

/** Exactly what runs. */
export function allowedInput(approval: Approval, decision: Decision): Record<string, unknown> {
  const input = decision.updatedInput ?? approval.input
  if (approval.kind === 'elicitation') return decision.content ?? {}
  if (approval.kind === 'dialog') return { choice: decision.choice }
  if (approval.kind === 'plan') return decision.plan === undefined ? input : { ...input, plan: decision.plan }
  if (approval.kind !== 'question') return input
  return decision.updatedInput?.['answers'] !== undefined ? input : { ...input, ...questionAnswers(approval, decision) }
}

function checkChoice({ dialog }: Approval, choice: string | undefined): void {
  const values = dialog?.options.map(({ value }) => value) ?? []
  if (choice !== undefined && values.includes(choice)) return
  throw new AppError('BAD_REQUEST', `Choose one of these, or deny: ${values.join(', ')}.`, { data: { field: 'choice', values } })
}

/** Claude Code takes its own questions back with the answers, and nothing else: anything but that fails the call. */
function checkChangedQuestions(approval: Approval, updatedInput: Record<string, unknown>): void {
  const { success, data } = answeredInputSchema.safeParse(updatedInput)
  if (!success || !isDeepStrictEqual(data.questions, approval.input['questions']))
    throw new AppError('BAD_REQUEST', 'A question is answered, not changed. Send "answers" in the place of "updatedInput".', {
      data: { field: 'updatedInput' },
    })
  checkQuestions(approval, 'answers', data.answers)
}

const answeredInputSchema = z.object({ questions: z.unknown(), answers: z.record(z.string(), z.unknown()).optional() })

function checkQuestions({ questions = [] }: Approval, field: 'answers' | 'annotations', given: Record<string, unknown> = {}): void {
  const texts = questions.map(({ question }) => question)
  const unknown = Object.keys(given).find((text) => !texts.includes(text))
  if (unknown === undefined) return
  throw new AppError('BAD_REQUEST', `There is no question ${JSON.stringify(unknown.slice(0, 100))}. Its text is the key of "${field}".`, {
    data: { field, questions: texts },
  })
}
