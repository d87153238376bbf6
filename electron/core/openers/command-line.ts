import { AppError } from '../../../shared/app-error.ts'

/** What is opened: `file` is a folder where no file was asked for. Both absolute. */
export type Target = { file: string; folder: string; line: number | null }

const placeholder = /\{(file|line|folder)\}/g

/**
 * The arguments of a command line that somebody wrote in the settings: split at blanks, with quotes around what has blanks. No shell reads
 * it, so nothing in it is expanded. Throws BAD_REQUEST for one with an open quote, or with nothing in it.
 */
export function splitCommand(text: string, platform: NodeJS.Platform = process.platform): string[] {
  const parts: string[] = []
  let part: string | null = null
  let quote: string | null = null
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    // Windows has it between folders.
    const escapes = character === '\\' && quote !== "'" && (platform !== 'win32' || text.charAt(at + 1) === '"')
    if (escapes && at + 1 < text.length) {
      at += 1
      part = (part ?? '') + text.charAt(at)
    } else if (quote !== null) {
      if (character === quote) quote = null
      else part = (part ?? '') + character
    } else if (character === '"' || (character === "'" && platform !== 'win32')) {
      quote = character
      part ??= ''
    } else if (/\s/.test(character)) {
      if (part !== null) parts.push(part)
      part = null
    } else part = (part ?? '') + character
  }
  if (quote !== null) throw new AppError('BAD_REQUEST', `The command in Settings has an open quote (${quote}). Close it, then try again.`)
  if (part !== null) parts.push(part)
  if ((parts[0] ?? '') === '') throw new AppError('BAD_REQUEST', 'The command in Settings is empty. Choose a program there.')
  return parts
}

/** A template with what is opened in it; where it names nothing, `otherwise` comes last. */
export function fillCommand(parts: readonly string[], target: Target, otherwise: 'file' | 'folder'): string[] {
  const values = { file: target.file, folder: target.folder, line: String(target.line ?? 1) }
  const [program = '', ...rest] = parts
  const named = rest.some((part) => part.search(placeholder) >= 0)
  const filled = rest.map((part) => part.replace(placeholder, (_all, name: keyof typeof values) => values[name]))
  return [program, ...filled, ...(named ? [] : [values[otherwise]])]
}
