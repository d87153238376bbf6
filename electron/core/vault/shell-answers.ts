import { isSpoken, type TranscriptLine } from './transcript.ts'

/**
 * Finds out which of Claude's lines answer a `!` command: newer versions of Claude Code have Claude read what the command said, which is a
 * turn of its own; older ones only show it.
 */
export class ShellAnswers {
  #command: TranscriptLine | null = null
  /** The command's lines, and what hangs below them. */
  readonly #below = new Set<string>()

  /** Takes the next line of a thread; answers the command's own line when this is the first that answers it. */
  take(line: TranscriptLine): TranscriptLine | null {
    const follows = line.parentUuid !== null && this.#below.has(line.parentUuid)
    const command = follows ? this.#command : null
    const isCommand = line.kind === 'user' && line.isShell
    if (line.kind === 'assistant' || (isSpoken(line) && !isCommand)) {
      this.#command = null
      this.#below.clear()
      return line.kind === 'assistant' ? command : null
    }
    if (isCommand) this.#command = command ?? line
    if (line.uuid !== null && (isCommand || follows)) this.#below.add(line.uuid)
    return null
  }
}
