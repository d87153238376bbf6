import { afterBackground, answerTo, beforeTool, thoughts } from './answers.ts'
import { callOf, type ToolCall } from './calls.ts'
import { readDirectives, type Directives } from './directives.ts'
import type { Situation } from './request.ts'
import { answerTool, toolAnswer } from './wanted-json.ts'
import { searchBlocks } from './web-search.ts'

/** What one request is answered with. */
export type Reply = {
  directives: Directives
  thinking: string | null
  /** Said before the text: what the model's side has done by itself. */
  blocks: readonly Record<string, unknown>[]
  text: string
  toolCall: ToolCall | null
}

/**
 * Plans the answer: the next tool call that the prompt asks for, or, when all are done, the words. `place`: how many sessions were asked
 * the same before this one.
 */
export function replyTo(situation: Situation, place: () => number): Reply {
  const nothing = { directives: readDirectives(''), thinking: null, blocks: [], toolCall: null }
  if (situation.notification !== null) return { ...nothing, text: afterBackground(situation.notification) }
  const found = searchBlocks(situation)
  if (found !== null)
    return { ...nothing, blocks: found, text: 'The demo model found three pages. They are examples: nothing was searched.' }
  const directives = readDirectives(situation.prompt)
  if (situation.again !== null) return { ...nothing, directives, text: 'You have allowed it, so I do it now.', toolCall: situation.again }
  const done = situation.results.length
  const step = directives.steps[done]
  const toolCall = step === undefined ? null : callOf(step, situation)
  const thinking = directives.think && done === 0 ? thoughts : null
  if (toolCall) return { ...nothing, directives, thinking, text: beforeTool(done), toolCall }
  const answer = answerCall(situation, directives, place)
  if (answer) return { ...nothing, directives, thinking, text: '', toolCall: answer }
  return { ...nothing, directives, thinking, text: answerTo(directives, situation, place) }
}

/** The tool for answers is called once all others have been, and again where its input did not fit. */
function answerCall(situation: Situation, directives: Directives, place: () => number): ToolCall | null {
  const asks = situation.results.length - directives.steps.length
  const isTaken = asks > 0 && !/schema/i.test(situation.results.at(-1) ?? '')
  if (situation.answerSchema === null || asks < 0 || isTaken) return null
  return { name: answerTool, input: toolAnswer(situation, directives, { asks, place: place() }) }
}
