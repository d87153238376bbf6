import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../../shared/app-error.ts'
import { savedPromptSchema, type SavedPrompt, type SavedPromptInput } from '../../../shared/domain/saved-prompt.ts'
import { newId } from '../storage/id.ts'
import { JsonStore, type StoreWatch } from '../storage/json-store.ts'

const fileSchema = z.object({ version: z.literal(1).default(1), prompts: z.array(savedPromptSchema).default([]) })
const mostPrompts = 500
/** All of them together: they lie in one file that is written as a whole. */
const mostCharacters = 5_000_000

/** `prompts.json` in the data folder. */
export class SavedPrompts {
  readonly #file: JsonStore<z.infer<typeof fileSchema>>

  private constructor(file: JsonStore<z.infer<typeof fileSchema>>) {
    this.#file = file
  }

  static async open({ folder, watch, onChange }: { folder: string; watch: StoreWatch; onChange: () => void }): Promise<SavedPrompts> {
    const file = await JsonStore.open({
      path: join(folder, 'prompts.json'),
      schema: fileSchema,
      fallback: fileSchema.parse({}),
      holds: 'your saved prompts',
      watch,
      onChange,
    })
    return new SavedPrompts(file)
  }

  /** By name. */
  list(): SavedPrompt[] {
    return this.#file.current().prompts.toSorted((a, b) => a.name.localeCompare(b.name))
  }

  /** Throws NAME_TAKEN and LIMIT_REACHED. */
  async create({ name, text }: SavedPromptInput): Promise<SavedPrompt> {
    const now = new Date().toISOString()
    const made = { id: newId('prompt'), name, text, createdAt: now, updatedAt: now }
    await this.#change((prompts) => [...prompts, made])
    return made
  }

  /** Throws NOT_FOUND, NAME_TAKEN and LIMIT_REACHED. */
  async update(id: string, { name, text }: Partial<SavedPromptInput>): Promise<SavedPrompt> {
    const known = this.#get(id)
    const next = { ...known, name: name ?? known.name, text: text ?? known.text, updatedAt: new Date().toISOString() }
    await this.#change((prompts) => prompts.map((one) => (one.id === id ? next : one)))
    return next
  }

  /** Throws NOT_FOUND. */
  async remove(id: string): Promise<void> {
    this.#get(id)
    await this.#change((prompts) => prompts.filter((one) => one.id !== id))
  }

  #get(id: string): SavedPrompt {
    const found = this.#file.current().prompts.find((one) => one.id === id)
    if (!found) throw new AppError('NOT_FOUND', 'This saved prompt is gone. Reload the list.')
    return found
  }

  async #change(derive: (prompts: SavedPrompt[]) => SavedPrompt[]): Promise<void> {
    await this.#file.change((current) => {
      const prompts = derive(current.prompts)
      check(prompts)
      return { ...current, prompts }
    })
  }
}

function check(prompts: readonly SavedPrompt[]): void {
  const names = new Set<string>()
  for (const { name } of prompts) {
    const plain = name.toLocaleLowerCase()
    if (names.has(plain))
      throw new AppError('NAME_TAKEN', `A saved prompt “${name}” already. Choose another name.`, { data: { field: 'name' } })
    names.add(plain)
  }
  const characters = prompts.reduce((sum, { text }) => sum + text.length, 0)
  if (prompts.length > mostPrompts || characters > mostCharacters) {
    const message = `At most ${mostPrompts} prompts, or five million characters, can be saved. Delete some first.`
    throw new AppError('LIMIT_REACHED', message, { data: { limit: mostPrompts } })
  }
}
