import { z } from 'zod'
import { isSpoken, type TranscriptLine } from './transcript.ts'

/** What a session may be called by, as far as its lines were read. */
export const titleWordsSchema = z.object({
  /** The name that its user gave it. */
  own: z.string().nullable(),
  claude: z.string().nullable(),
  /** What was asked first. */
  prompt: z.string().nullable(),
  /** The first command, for a session in which nothing else was asked. */
  command: z.string().nullable(),
})
export type TitleWords = z.infer<typeof titleWordsSchema>

export const noTitle: Readonly<TitleWords> = { own: null, claude: null, prompt: null, command: null }

/** Takes one more line in. Summaries are no titles: they mostly stand in the session after the one they are about. */
export function takeTitle(words: TitleWords, line: TranscriptLine): void {
  if (line.kind === 'title') {
    words[line.by === 'user' ? 'own' : 'claude'] = shorten(line.title) || null
  } else if (line.kind === 'user' && isSpoken(line) && line.says !== 'results' && !line.isCompactSummary) {
    if (line.command !== null) words.command ??= line.command === '/clear' ? null : shorten(line.text || line.command)
    else if (line.says === 'prompt' && !isInterruption(line.text)) words.prompt ??= shorten(line.text) || null
  }
}

/** The title as Claude Code shows it: the user's own, else Claude's, else what was asked first, else the first command; null without any. */
export function titleIn({ own, claude, prompt, command }: TitleWords): { title: string; isAutomatic: boolean } | null {
  const title = own ?? claude ?? prompt ?? command
  return title === null ? null : { title, isAutomatic: own === null }
}

/** What Claude Code writes in the user's place when a turn was cut off. */
export function isInterruption(text: string): boolean {
  return text.startsWith('[Request interrupted')
}

const longestTitle = 120

function shorten(text: string): string {
  // Only the beginning is looked at: prompts may be megabytes long.
  const plain = text.slice(0, 2_000).toWellFormed().replaceAll(/\s+/g, ' ').trim()
  const characters = Array.from(plain)
  return characters.length <= longestTitle ? plain : `${characters.slice(0, longestTitle).join('').trimEnd()}…`
}
