import type { Block } from '../../../shared/domain/message.ts'
import { fieldsOf, textIn, type Fields } from './fields.ts'
import { readMarks, typed } from './marks.ts'
import { textOf } from './transcript-blocks.ts'

/** What stands where a user speaks: a prompt, results of tools, or lines of Claude Code's own. */
export type UserLine = {
  kind: 'user'
  /** What was said, without the marks that Claude Code puts around it. */
  blocks: Block[]
  text: string
  /** What its marks mean: lines that are shown beside it. */
  notes: string[]
  /**
   * `prompt`: somebody asks Claude something. `results`: tools answer. `notice`: something else has set Claude to work, such as a
   * teammate or the end of a background task. `note`: nothing was asked, as with a command that ran within Claude Code.
   */
  says: 'prompt' | 'results' | 'notice' | 'note'
  /** The command that was typed, without what was given to it. */
  command: string | null
  /** A `!` command, or what one said, and nothing else. */
  isShell: boolean
  /** True for a message that was typed while Claude worked, and that Claude read in the middle of its turn. */
  isQueued: boolean
  /** True for what stands in the place of the messages before it, after Claude Code has made its context smaller. */
  isCompactSummary: boolean
  /** The sub-agent that the call was answered by. */
  answeredBy: { agentId: string; toolUseId: string } | null
  /** Where Claude Code has put the whole of an output that was too long for the transcript. */
  outputFile: string | null
}

/** Takes the marks out of what a user's entry says. `entry`: where it comes from; null when it is none of its own. */
export function userLine(given: readonly Block[], entry: Fields | null): UserLine {
  const isCompactSummary = entry?.['isCompactSummary'] === true
  const results = given.flatMap((block) => (block.type === 'tool_result' ? [block] : []))
  const plain = { kind: 'user' as const, isShell: false, isQueued: false, isCompactSummary, answeredBy: null, outputFile: null }
  if (results.length > 0 || isCompactSummary) {
    const says = results.length > 0 ? ('results' as const) : ('note' as const)
    const blocks = [...given]
    return { ...plain, blocks, text: textOf(blocks), notes: [], says, command: null, ...resultsOf(entry, results[0]?.toolUseId) }
  }
  const blocks: Block[] = []
  const notes: string[] = []
  let command: string | null = null
  let isNotice = false
  let isShell = false
  for (const block of given) {
    if (block.type !== 'text') {
      blocks.push(block)
      continue
    }
    const marked = readMarks(block.text)
    if (marked.command?.isLocal === true) notes.push(typed(marked.command))
    notes.push(...marked.notes)
    command ??= marked.command?.name ?? null
    isNotice ||= marked.isNotice
    isShell ||= marked.isShell
    const text = [marked.command?.isLocal === false ? typed(marked.command) : '', marked.text].filter((each) => each !== '').join('\n')
    if (text !== '') blocks.push({ type: 'text', text })
  }
  const says = blocks.length > 0 ? 'prompt' : isNotice ? 'notice' : 'note'
  return { ...plain, blocks, text: textOf(blocks), notes, says, command, isShell: isShell && says === 'note' }
}

function resultsOf(entry: Fields | null, toolUseId: string | undefined): Pick<UserLine, 'answeredBy' | 'outputFile'> {
  const result = fieldsOf(entry?.['toolUseResult'])
  const agentId = textIn(result, 'agentId')
  const answeredBy = agentId === null || toolUseId === undefined ? null : { agentId, toolUseId }
  return { answeredBy, outputFile: textIn(result, 'persistedOutputPath') }
}
