import type { Approval, Decision } from '../../../shared/domain/approval.ts'
import type { Image, ToolResultBlock } from '../../../shared/domain/message.ts'
import type { ToolUseBlock } from '../../../shared/domain/message.ts'
import { holdsPlan } from '../claude/plan-file.ts'
import { cutOffResult, lateResult, wroteInstead, type LateResult } from './answer-words.ts'
import type { AskedCall, OpenApproval, TurnRecorder } from './turn-recorder.ts'

export type LateRepliesDeps = {
  recorder: TurnRecorder
  /** Tells whether Claude Code's transcript of a session has the entry. */
  sessionHas: (sessionId: string, cwd: string, uuid: string) => Promise<boolean>
}

/** What a prompt takes to Claude besides its own words. */
export type Replies = {
  /** What was answered, with what Claude reads of it. */
  answered: { approval: Approval; decision: NonNullable<OpenApproval['decision']>; result: ToolResultBlock }[]
  /** What the prompt takes the place of. */
  unanswered: Approval[]
  /** The entry of Claude's session to go on from, and the results of all its calls; null: it goes on at its end. */
  at: { entry: string; results: ToolResultBlock[] } | null
  /** Before the prompt's own words. */
  text: string
  images: Image[]
  /** Nothing was said before that Claude could know: a new session begins. */
  fresh: boolean
}

/** Finds out how answers to what outlived its process reach Claude. */
export class LateReplies {
  readonly #deps: LateRepliesDeps

  constructor(deps: LateRepliesDeps) {
    this.#deps = deps
  }

  /** Null when nothing is open in the conversation. `text`: what the user wrote; a command stands alone and takes nothing along. */
  async for(conversationId: string, text: string): Promise<Replies | null> {
    const open = this.#deps.recorder.openApprovals(conversationId)
    if (open.length === 0) return null
    const unanswered = open.flatMap(({ approval, decision }) => (decision === null ? [approval] : []))
    const nothing: Replies = { answered: [], unanswered, at: null, text: '', images: [], fresh: false }
    const answerable = open.filter(({ approval }) => approval.lapsed === undefined)
    const [first] = answerable
    if (text.startsWith('/') || first === undefined) return nothing
    const results = new Map<string, LateResult>()
    for (const { approval, decision } of answerable) {
      const unanswered = { output: wroteInstead, isError: true }
      results.set(approval.toolUseId, decision === null ? unanswered : await lateResultOf(approval, decision))
    }
    const answered = answerable.flatMap(({ approval, decision }) => {
      const result = results.get(approval.toolUseId)
      return decision === null || result === undefined ? [] : [{ approval, decision, result: blockOf(approval.toolUseId, result) }]
    })
    const say = [...results.values()].flatMap((result) => result.say ?? [])
    const call = await this.#deps.recorder.askedCall(conversationId, first.approval)
    if (call !== null && (await this.#has(conversationId, call.entry))) {
      const at = { entry: call.entry, results: call.calls.map((one) => resultFor(one, results)) }
      return { ...nothing, answered, at, text: say.join('\n') }
    }
    return { ...nothing, answered, ...(await this.#inWords(conversationId, call, open, results, say)) }
  }

  /** Claude Code was killed before it had written the call down: Claude is told of it, and of the prompt where that is gone too. */
  async #inWords(
    conversationId: string,
    call: AskedCall | null,
    open: readonly OpenApproval[],
    results: ReadonlyMap<string, LateResult>,
    say: readonly string[],
  ): Promise<Pick<Replies, 'text' | 'images' | 'fresh'>> {
    const calls =
      call?.calls ?? open.map(({ approval: { tool, toolUseId, input } }) => ({ call: { toolUseId, name: tool, input }, result: null }))
    const told = calls.map(({ call: { toolUseId, name, input }, result }) => {
      const output = results.get(toolUseId)?.output ?? result?.output ?? cutOffResult
      return `<interrupted-call>\n<tool>${name}</tool>\n<input>${JSON.stringify(input)}</input>\n<result>${output}</result>\n</interrupted-call>`
    })
    const words = ['You were interrupted while you made these calls. This is what came of each:', ...told, ...say].join('\n')
    const prompt = call?.prompt ?? null
    const delivered = prompt === null || (prompt.claudeUuid !== undefined && (await this.#has(conversationId, prompt.claudeUuid)))
    if (delivered) return { text: words, images: [], fresh: false }
    const { turnCount, forkedFrom } = this.#deps.recorder.get(conversationId)
    const images = prompt.blocks.flatMap((block) => (block.type === 'image' ? [{ mediaType: block.mediaType, data: block.data }] : []))
    return { text: `${prompt.text}\n\n${words}`, images, fresh: turnCount <= 1 && forkedFrom === undefined }
  }

  async #has(conversationId: string, entry: string): Promise<boolean> {
    const { sessionId, cwd } = this.#deps.recorder.get(conversationId)
    return sessionId !== null && cwd !== null && this.#deps.sessionHas(sessionId, cwd, entry)
  }
}

async function lateResultOf(approval: Approval, decision: Decision): Promise<LateResult> {
  const file = approval.input['planFilePath']
  const planIsSaved = decision.plan !== undefined && typeof file === 'string' && (await holdsPlan(file, decision.plan))
  return lateResult(approval, decision, { planIsSaved })
}

function resultFor({ call, result }: AskedCall['calls'][number], results: ReadonlyMap<string, LateResult>): ToolResultBlock {
  const late = results.get(call.toolUseId)
  return late ? blockOf(call.toolUseId, late) : (result ?? blockOf(call.toolUseId, { output: cutOffResult, isError: true }))
}

function blockOf(toolUseId: ToolUseBlock['toolUseId'], { output, isError }: LateResult): ToolResultBlock {
  return { type: 'tool_result', toolUseId, output, isError }
}
