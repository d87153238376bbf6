import { z } from 'zod'
import type { Approval, AskedQuestion, Decision } from '../../../shared/domain/approval.ts'
import { allowedInput, answerOf } from './approval-answer.ts'

/** What comes of a call whose process has ended, as Claude reads it. `say`: words that go along with it. */
export type LateResult = { output: string; isError: boolean; say?: string }

const answersSchema = z.object({
  answers: z.record(z.string(), z.union([z.string(), z.array(z.string())])).catch({}),
  annotations: z.record(z.string(), z.object({ notes: z.string().optional(), preview: z.string().optional() })).catch({}),
  response: z.string().optional().catch(undefined),
})

/** The result of a call that was answered after its process had ended, in Claude Code's own words for it. `planIsSaved`: the plan as it was approved stands in its file. */
export function lateResult(approval: Approval, decision: Decision, { planIsSaved = false } = {}): LateResult {
  if (decision.decision === 'deny') {
    const answer = answerOf(approval, decision)
    return { output: answer.behavior === 'deny' ? answer.message : '', isError: true }
  }
  if (approval.kind === 'question')
    return { output: questionResult(approval.questions ?? [], allowedInput(approval, decision)), isError: false }
  if (approval.kind === 'plan') return { output: planResult(approval, decision, planIsSaved), isError: false }
  const input = JSON.stringify(allowedInput(approval, decision))
  const changed = decision.updatedInput === undefined ? '' : ` The user has changed its input, use exactly this: ${input}`
  return {
    output: `This call of ${approval.tool} has not run: Claude Code was interrupted before the user had answered.`,
    isError: true,
    say: `The user has now allowed this call of ${approval.tool}. ${callAgain}${changed}`,
  }
}

/** What Claude is told of an allowed call; the demo model does it. */
const callAgain = 'Make exactly the same call again.'

/** Of a call that nobody answered, as the user wrote a message instead. */
export const wroteInstead = 'The user did not answer this and wrote a message instead.'

/** Of a call beside the one that was asked about, whose end was not seen. */
export const cutOffResult = 'Claude Code was interrupted during this call, so its outcome is not known. Check before you repeat it.'

function questionResult(questions: readonly AskedQuestion[], input: Record<string, unknown>): string {
  const { answers, annotations, response } = answersSchema.parse(input)
  if (response !== undefined && response.trim() !== '') return `The user responded: ${response}`
  const parts = questions.flatMap(({ question }) => {
    const given = answers[question]
    const { notes, preview } = annotations[question] ?? {}
    if ((given === undefined || given.length === 0) && notes === undefined) return []
    const words = given === undefined || given.length === 0 ? '(no option selected)' : `"${String(given)}"`
    const more = [...(preview ? [`selected preview:\n${preview}`] : []), ...(notes ? [`notes: ${notes}`] : [])]
    return [[`"${question}"=${words}`, ...more].join(' ')]
  })
  if (parts.length === 0) return 'The user did not answer the questions.'
  const offered = questions.every(
    ({ question, options, multiSelect }) => !annotations[question]?.notes && isOffered(answers[question], options, multiSelect),
  )
  return offered
    ? `Your questions have been answered: ${parts.join(', ')}. You can now continue with these answers in mind.`
    : `The user answered: ${parts.join(', ')}. Read the answers carefully — they may request clarification, changes, or that you not proceed — and follow what they actually say.`
}

function isOffered(given: string | string[] | undefined, options: AskedQuestion['options'], multiSelect: boolean): boolean {
  if (given === undefined || given === '') return true
  const labels = new Set(options.map(({ label }) => label))
  if (typeof given === 'string' && labels.has(given)) return true
  const parts = typeof given === 'string' ? given.split(', ') : given
  return multiSelect && parts.every((part) => labels.has(part))
}

function planResult({ input, plan }: Approval, decision: Decision, isSaved: boolean): string {
  const edited = decision.plan !== undefined && decision.plan !== plan
  const text = decision.plan ?? plan ?? ''
  if (text.trim() === '') return 'User has approved exiting plan mode. You can now proceed.'
  const path = typeof input['planFilePath'] === 'string' ? input['planFilePath'] : null
  const begin = 'User has approved your plan. You can now start coding. Start with updating your todo list if applicable'
  const where =
    edited && !isSaved
      ? '\n\nThe edit could not be saved to the plan file, so work from the text below.'
      : path === null
        ? ''
        : `\n\nYour plan has been saved to: ${path}\nYou can refer back to it if needed during implementation.`
  return `${begin}${where}\n\n## ${edited ? 'Approved Plan (edited by user)' : 'Approved Plan'}:\n${text}`
}

const longestWords = 300

/** What the conversation says of an answer that was given after the process had ended. */
export function answeredWords(approval: Approval, decision: Decision): string {
  const message = decision.message?.trim() ?? ''
  const said = message === '' ? '.' : `: ${withStop(shortened(message))}`
  if (approval.kind === 'plan') return decision.decision === 'allow' ? 'You approved the plan.' : `You kept planning${said}`
  if (approval.kind !== 'question') return `You ${decision.decision === 'allow' ? 'allowed' : 'denied'} ${approval.tool}${said}`
  if (decision.decision === 'deny') return `You declined the question${said}`
  const { answers } = answersSchema.parse(allowedInput(approval, decision))
  const given = Object.entries(answers).map(([question, answer]) => `${shortened(question)} — ${shortened([answer].flat().join(', '))}`)
  return given.length === 0 ? `You answered${said}` : ['You answered:', ...given].join('\n')
}

function shortened(text: string): string {
  const characters = Array.from(text)
  return characters.length <= longestWords ? text : `${characters.slice(0, longestWords).join('')}…`
}

/** Words that end as a sentence does stay as they are. */
function withStop(words: string): string {
  return /[.!?…:]$/u.test(words) ? words : `${words}.`
}
