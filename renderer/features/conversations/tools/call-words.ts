import { plural } from '../../../words/figures.ts'
import { summarizeTool, type Places, type ToolSummary } from '../../../tools/tool-summary.ts'
import { visibleText } from '../../../ui/visible-characters.ts'
import { clippedWords } from '../../../words/clip-text.ts'
import type { ToolView } from '../thread-row.ts'
import { answeredQuestions } from './answered.ts'
import { planOf } from './plan.ts'

const longestObject = 200

/** Verb and object of a call, with what became of it where that says more than the call. */
export function callWords(call: ToolView, places: Places): { verb: string; summary: ToolSummary } {
  const summary = summarizeTool(call.name, call.input, places)
  const said = call.name === 'AskUserQuestion' ? questionWords(call) : call.name === 'ExitPlanMode' ? planWords(call) : null
  if (said === null) return { verb: verbOf(call, summary), summary }
  return { verb: said.verb, summary: { ...summary, object: said.object, objectStyle: 'words' } }
}

function verbOf({ state }: ToolView, summary: ToolSummary): string {
  if (state === 'running') return summary.doing
  return state === 'denied' || state === 'waiting' || state === 'unknown' ? summary.ask : summary.done
}

type Said = { verb: string; object: string | null }

function questionWords(call: ToolView): Said | null {
  const { questions, response, left } = answeredQuestions(call)
  const object = questions.length === 1 ? line(questions[0]?.text ?? '') : plural(questions.length, 'question')
  if (call.state === 'denied') return { verb: 'You declined to answer', object }
  if (call.state !== 'done') return null
  if (left) return { verb: 'You left it to Claude', object }
  if (response !== null) return { verb: 'You replied to', object }
  const answered = questions.filter(({ answers, note }) => answers.length > 0 || note !== null).length
  if (answered === 0) return { verb: 'Not answered', object }
  return { verb: 'You answered', object: answered < questions.length ? `${answered} of ${plural(questions.length, 'question')}` : object }
}

const modeWords = { acceptEdits: 'accepts edits', default: 'asks before edits', plan: 'stays in plan mode' } as const

function planWords(call: ToolView): Said | null {
  const { approval, state } = call
  if (state === 'denied') return { verb: 'You kept planning', object: null }
  if (state !== 'done') return null
  const mode = approval?.planMode
  const parts = [planOf(call)?.edited ? 'edited by you' : '', mode === undefined ? '' : modeWords[mode]].filter((part) => part !== '')
  return { verb: 'Plan approved', object: parts.length === 0 ? null : `(${parts.join(', ')})` }
}

function line(text: string): string {
  return visibleText(clippedWords(text.replaceAll(/\s+/g, ' ').trim(), longestObject))
}
