import { z } from 'zod'
import { noTitle, takeTitle, titleIn, titleWordsSchema } from './session-title.ts'
import { isSpoken, parseTranscriptLine, type TranscriptLine } from './transcript.ts'

/** What is known of a transcript from the lines read so far: small, kept on disk, and carried on when the file grows. */
export const foldSchema = z.object({
  /** Raised with every change of what is read from a line: what another version has read is read anew. */
  reader: z.literal(3),
  /** Bytes read, up to the end of a line. */
  bytes: z.number(),
  messages: z.number(),
  damaged: z.number(),
  title: z.string().nullable(),
  titleWords: titleWordsSchema,
  cwd: z.string().nullable(),
  model: z.string().nullable(),
  sessionId: z.string().nullable(),
  agentId: z.string().nullable(),
  /** The id of the first entry, which a copy of the session has too. */
  firstUuid: z.string().nullable(),
  /** It was handed to the background: a copy that goes on by itself. */
  isBackground: z.boolean(),
  parentSessionId: z.string().nullable(),
  costUsd: z.number().nullable(),
  first: z.string().nullable(),
  last: z.string().nullable(),
  /** When somebody, or a tool, said something last. */
  lastSaid: z.string().nullable(),
  /** Of an app that keeps its sessions longer than Claude Code itself does. */
  exempt: z.boolean(),
})
export type SessionFold = z.infer<typeof foldSchema>

export const emptyFold: Readonly<SessionFold> = {
  reader: 3,
  bytes: 0,
  messages: 0,
  damaged: 0,
  title: null,
  titleWords: noTitle,
  cwd: null,
  model: null,
  sessionId: null,
  agentId: null,
  firstUuid: null,
  isBackground: false,
  parentSessionId: null,
  costUsd: null,
  first: null,
  last: null,
  lastSaid: null,
  exempt: false,
}

/** Takes one more line in. `ofAgent`: the file is a sub-agent's own, so its sidechain is what counts. */
export function foldLine(fold: SessionFold, text: string, ofAgent: boolean): void {
  const line = parseTranscriptLine(text)
  if (line === 'damaged') fold.damaged += 1
  if (typeof line === 'string') return
  if (!line.isSidechain || ofAgent) takeTitle(fold.titleWords, line)
  fold.title = titleIn(fold.titleWords)?.title ?? null
  if (line.kind === 'title') return
  if (line.kind === 'cost') {
    fold.costUsd = line.totalCostUsd ?? fold.costUsd
    return
  }
  takeCommon(fold, line)
  if (!isSpoken(line) || (line.isSidechain && !ofAgent)) return
  fold.messages += 1
  if (line.timestamp !== null && (fold.lastSaid === null || line.timestamp > fold.lastSaid)) fold.lastSaid = line.timestamp
  if (line.kind === 'assistant' && line.model !== null && !line.isError) fold.model = line.model
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
  fold.firstUuid ??= line.uuid
  if (line.isBackground) fold.isBackground = true
  fold.parentSessionId ??= line.forkedFrom?.sessionId ?? null
  if (line.entrypoint?.startsWith('claude-desktop') || line.entrypoint?.startsWith('local-agent')) fold.exempt = true
}
