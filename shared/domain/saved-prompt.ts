import { z } from 'zod'
import { idSchema, timeSchema } from './common.ts'

const name = z.string().trim().min(1, 'Give the prompt a name.').max(100, 'A name has at most 100 characters.')
const text = z.string().min(1, 'Write the prompt.').max(100_000, 'A saved prompt has at most 100,000 characters.')

/** A prompt to use again. `{{name}}` in its text is a blank to fill. */
export const savedPromptSchema = z.object({ id: idSchema, name, text, createdAt: timeSchema, updatedAt: timeSchema })
export type SavedPrompt = z.infer<typeof savedPromptSchema>

export const savedPromptInputSchema = savedPromptSchema.pick({ name: true, text: true })
export type SavedPromptInput = z.infer<typeof savedPromptInputSchema>

const blank = /\{\{([^{}\n]{1,80})\}\}/g

/** The names of the blanks in a text, each once, in order. */
export function blanksOf(text: string): string[] {
  return [...new Set([...text.matchAll(blank)].map(([, inside = '']) => inside.trim()).filter((inside) => inside !== ''))]
}

/** The text with its blanks filled; one without a value stays as it is. */
export function fillBlanks(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(blank, (whole, inside: string) => values.get(inside.trim()) || whole)
}
