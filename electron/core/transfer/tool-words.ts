import type { ShellBlock } from '../../../shared/domain/attachment.ts'
import type { ToolUseBlock } from '../../../shared/domain/message.ts'

const telling = ['command', 'file_path', 'path', 'pattern', 'query', 'url', 'description', 'prompt']

/** What a tool was asked for, in one line: its command, file, pattern or the like. */
export function toolLine({ name, input }: ToolUseBlock): string {
  for (const key of telling) {
    const value = input[key]
    if (typeof value === 'string' && value !== '') return `${name}: ${oneLine(value, 160)}`
  }
  return name
}

/** The whole input of a tool, as a reader wants it: a lone command as it is, else JSON. */
export function toolInput({ input }: ToolUseBlock): { language: string; text: string } {
  const { command } = input
  if (typeof command === 'string') return { language: 'sh', text: command }
  return { language: 'json', text: JSON.stringify(input, null, 2) }
}

export function oneLine(text: string, most: number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > most ? `${line.slice(0, most - 1)}…` : line
}

/** The name of who speaks. */
export const speakers = { user: 'User', assistant: 'Claude', tool: 'Tool', system: 'Note' } as const

/** What a command of the user's said, and how it ended where that was not well. */
export function shellWords({ stdout, stderr, exitCode, ended }: ShellBlock): string {
  const end = ended ?? (exitCode === 0 ? '' : `[exit code ${exitCode ?? 'unknown'}]`)
  return [stdout.trimEnd(), stderr.trimEnd(), end].filter((part) => part !== '').join('\n')
}
