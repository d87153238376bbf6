import { z } from 'zod'
import { isSpoken, parseTranscriptLine, type TranscriptLine } from './transcript.ts'

/** What is known of a transcript from the lines read so far: small, kept on disk, and carried on when the file grows. */
export const foldSchema = z.object({
  /** Bytes read, up to the end of a line. */
  bytes: z.number(),
  messages: z.number(),
  damaged: z.number(),
  title: z.string().nullable(),
  /** How good the title is: 0 none, 1 the first prompt, 2 Claude's, 3 the user's. */
  titleRank: z.number(),
  cwd: z.string().nullable(),
  model: z.string().nullable(),
  sessionId: z.string().nullable(),
  agentId: z.string().nullable(),
  parentSessionId: z.string().nullable(),
  costUsd: z.number().nullable(),
  first: z.string().nullable(),
  last: z.string().nullable(),
  /** Of an app that keeps its sessions longer than Claude Code itself does. */
  exempt: z.boolean(),
})
export type SessionFold = z.infer<typeof foldSchema>

export const emptyFold: Readonly<SessionFold> = {
  bytes: 0,
  messages: 0,
  damaged: 0,
  title: null,
  titleRank: 0,
  cwd: null,
  model: null,
  sessionId: null,
  agentId: null,
  parentSessionId: null,
  costUsd: null,
  first: null,
  last: null,
  exempt: false,
}

/** Takes one more line in. `ofAgent`: the file is a sub-agent's own, so its sidechain is what counts. */
export function foldLine(fold: SessionFold, text: string, ofAgent: boolean): void {
  const line = parseTranscriptLine(text)
  if (line === 'damaged') fold.damaged += 1
  if (typeof line === 'string') return
  if (line.kind === 'title') return takeTitle(fold, line.title, line.by === 'user' ? 3 : 2)
  if (line.kind === 'cost') {
    fold.costUsd = line.totalCostUsd ?? fold.costUsd
    return
  }
  takeCommon(fold, line)
  if (!isSpoken(line) || (line.isSidechain && !ofAgent)) return
  fold.messages += 1
  if (line.kind === 'assistant' && line.model !== null && !line.isError) fold.model = line.model
  if (line.kind === 'user' && fold.titleRank === 0 && !line.isCompactSummary) takePrompt(fold, line.text)
}

function takeCommon(fold: SessionFold, line: TranscriptLine): void {
  const { timestamp } = line
  if (timestamp !== null) {
    if (fold.first === null || timestamp < fold.first) fold.first = timestamp
    if (fold.last === null || timestamp > fold.last) fold.last = timestamp
  }
  fold.cwd ??= line.cwd
  fold.sessionId ??= line.sessionId
  fold.agentId ??= line.agentId
  fold.parentSessionId ??= line.forkedFrom?.sessionId ?? null
  if (line.entrypoint?.startsWith('claude-desktop') || line.entrypoint?.startsWith('local-agent')) fold.exempt = true
}

/** A better title takes the place of a lesser one, and a newer one that of an equal one. */
function takeTitle(fold: SessionFold, title: string, rank: number): void {
  const words = shorten(title)
  if (words === '' || rank < fold.titleRank) return
  fold.title = words
  fold.titleRank = rank
}

/** What a person typed first. What Claude Code wraps in marks of its own is no title, but a command's name is. */
function takePrompt(fold: SessionFold, text: string): void {
  const command = /<command-name>([^<]+)<\/command-name>/.exec(text)?.[1]
  takeTitle(fold, command ?? text.slice(0, 20_000).replaceAll(/<([a-z-]+)>[\s\S]*?<\/\1>/g, ' '), 1)
}

const longestTitle = 120

function shorten(text: string): string {
  // Only the beginning is looked at: prompts may be megabytes long.
  const plain = text.slice(0, 2_000).replaceAll(/\s+/g, ' ').trim()
  const characters = Array.from(plain)
  return characters.length <= longestTitle ? plain : `${characters.slice(0, longestTitle).join('').trimEnd()}…`
}
