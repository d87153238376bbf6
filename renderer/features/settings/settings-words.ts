import { settingsSchema } from '../../../shared/domain/settings.ts'

export type Read<T> = { value: T } | { problem: string }

/** Seconds of silence before a turn is called stalled. */
export function readSeconds(text: string): Read<number> {
  const parsed = settingsSchema.shape.stallSeconds.safeParse(text.trim() === '' ? undefined : Number(text.trim()))
  if (parsed.success && text.trim() !== '') return { value: parsed.data }
  return { problem: 'Enter whole seconds from 5 to 3600.' }
}

/** A port above those that the system keeps for itself. */
export function readPort(text: string): Read<number> {
  const parsed = settingsSchema.shape.prometheusPort.safeParse(text.trim() === '' ? undefined : Number(text.trim()))
  if (parsed.success && text.trim() !== '') return { value: parsed.data }
  return { problem: 'Enter a whole number from 1024 to 65535.' }
}

/** A path with `~` written out, or null where the field is empty. */
export function readPath(text: string, home: string): Read<string | null> {
  const path = text.trim()
  if (path === '') return { value: null }
  if (/^~(?=$|[\\/])/.test(path)) return { value: `${home}${path.slice(1)}` }
  if (/^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path)) return { value: path }
  return { problem: 'Enter a full path, or start it with ~.' }
}

/** Names of environment variables with spaces, commas or line breaks between them. */
export function readNames(text: string): Read<string[]> {
  const names = [...new Set(text.split(/[\s,;]+/).filter((name) => name !== ''))]
  const parsed = settingsSchema.shape.passEnvironment.safeParse(names)
  if (parsed.success) return { value: parsed.data }
  return { problem: 'Use names such as NPM_TOKEN or TF_VAR_*, separated by spaces.' }
}

/** What is held back, in a line that stays short. */
export function heldBackWords(names: readonly string[]): string | null {
  if (names.length === 0) return null
  const shown = names.slice(0, 12).join(', ')
  return names.length > 12 ? `Not passed: ${shown} and ${names.length - 12} more.` : `Not passed: ${shown}.`
}

/** A command line that opens something; null where the field is empty. */
export function readCommand(text: string): Read<string | null> {
  const command = text.trim()
  if (command === '') return { value: null }
  if (command.length > 2_000) return { problem: 'Use a shorter command.' }
  const quotes = command.replaceAll(/\\./g, '').match(/"/g)?.length ?? 0
  return quotes % 2 === 0 ? { value: command } : { problem: 'Close the quote.' }
}
