import { AppError, type ErrorInfo } from '../../../shared/app-error.ts'
import type { TopicMessage } from '../../../shared/domain/topic.ts'
import { Template, TemplateFault } from '../recipes/templates.ts'
import { promptFault, promptTooLong } from './topic-words.ts'

const mostChars = 1_000_000

/** Throws BAD_REQUEST for a prompt that can never be filled in. */
export function checkPrompt(prompt: string): void {
  const refuse = (message: string, { row, column }: { row: number; column: number }) => {
    throw new AppError('BAD_REQUEST', `Line ${row} of the prompt: ${message}`, { data: { field: 'prompt', row, column } })
  }
  try {
    const stranger = new Template(prompt).references.find(({ path: [first] }) => first !== 'message')
    if (stranger)
      refuse(`There is no “${stranger.path[0]}” here. A worker’s prompt knows “message” alone, as {{ message.text }}.`, stranger)
  } catch (thrown) {
    if (!(thrown instanceof TemplateFault)) throw thrown
    refuse(thrown.message, thrown)
  }
}

/** Prompts of workers, each understood once. */
export class WorkerPrompts {
  readonly #templates = new Map<string, Template>()

  /** What is asked for a message, or why that cannot be said. */
  fill(prompt: string | undefined, topic: string, message: TopicMessage): { text: string } | { error: ErrorInfo } {
    try {
      const text = prompt === undefined ? message.text : this.#template(prompt).text({ message: scopeOf(topic, message) })
      return text.length > mostChars ? { error: promptTooLong } : { text }
    } catch (thrown) {
      if (!(thrown instanceof TemplateFault)) throw thrown
      return { error: promptFault(thrown.message, thrown.row) }
    }
  }

  #template(prompt: string): Template {
    const template = this.#templates.get(prompt) ?? new Template(prompt)
    // Those of workers that were changed long ago go first.
    if (this.#templates.size > 500) this.#templates.clear()
    this.#templates.set(prompt, template)
    return template
  }
}

function scopeOf(topic: string, { id, seq, text, data = {}, key, from, attempts, createdAt }: TopicMessage): object {
  return { topic, id, seq, text, data, key, from, attempts, createdAt }
}
