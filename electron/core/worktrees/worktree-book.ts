import { join } from 'node:path'
import { z } from 'zod'
import { idSchema } from '../../../shared/domain/common.ts'
import { worktreeSchema, type Worktree, type WorktreeSetup } from '../../../shared/domain/worktree.ts'
import { JsonStore, type StoreWatch } from '../storage/json-store.ts'
import { liesIn } from './places.ts'

const entrySchema = z.object({
  ...worktreeSchema.shape,
  /** Whom it was made for; that one may be gone. */
  instanceId: idSchema,
  /** It is being made: what a crash leaves of it is taken away at the next start. */
  making: z.boolean(),
  baseCommit: z.string(),
  /** The branch was there before. */
  branchExists: z.boolean(),
  copy: z.array(z.string()),
  /** What git keeps of it is called so, where that is not the name of its folder: it was moved. */
  record: z.string().optional(),
  /** Its set-up was done once, was skipped, or there is none. */
  isReady: z.boolean().default(true),
})
export type Entry = z.infer<typeof entrySchema>
const fileSchema = z.object({ version: z.literal(1).default(1), items: z.array(entrySchema).default([]) })

/** Of those that were removed so many are remembered, for conversations that worked in them. */
const mostRemoved = 500

/** `worktrees.json`: which worktrees were made, and for whom. */
export class WorktreeBook {
  readonly #file: JsonStore<z.infer<typeof fileSchema>>
  /** What a set-up says while it runs: not worth a write each time. */
  readonly #live = new Map<string, WorktreeSetup>()

  private constructor(file: JsonStore<z.infer<typeof fileSchema>>) {
    this.#file = file
  }

  static async open({ home, watch }: { home: string; watch: StoreWatch }): Promise<WorktreeBook> {
    const file = await JsonStore.open({
      path: join(home, 'worktrees.json'),
      schema: fileSchema,
      fallback: fileSchema.parse({}),
      holds: 'which worktrees it created',
      watch,
    })
    return new WorktreeBook(file)
  }

  all(): readonly Entry[] {
    return this.#file.current().items
  }

  find(id: string): Entry | undefined {
    return this.all().find((entry) => entry.id === id)
  }

  /** The one that an instance with this folder works in. */
  ofInstance(instanceId: string, cwd: string): Entry | undefined {
    return this.all().findLast((entry) => entry.instanceId === instanceId && liesIn(cwd, entry.path))
  }

  /** The same as callers see it. */
  shown(instanceId: string, cwd: string): Worktree | undefined {
    const entry = this.ofInstance(instanceId, cwd)
    return entry && this.view(entry)
  }

  /** Why Claude does not work there yet, for the user to read; null: nothing stands against it. */
  hindrance(instanceId: string, cwd: string): string | null {
    const { setup, isReady = true } = this.ofInstance(instanceId, cwd) ?? {}
    if (setup?.state === 'waiting' || setup?.state === 'running') return 'Waits for the setup of its worktree.'
    return setup?.state === 'failed' && !isReady ? 'The setup of its worktree failed. Open the instance to run it again or skip it.' : null
  }

  /** The one that a folder is in, or was. */
  at(folder: string): Entry | undefined {
    return this.all().findLast((entry) => !entry.making && liesIn(folder, entry.path))
  }

  /** As callers see it. */
  view(entry: Entry): Worktree {
    const setup = this.#live.get(entry.id) ?? entry.setup
    return worktreeSchema.parse({ ...entry, setup: setup && { ...setup, holds: !entry.isReady } })
  }

  /** On disk before anything is made. */
  async add(entry: Entry): Promise<void> {
    await this.#file.change(({ items, ...rest }) => ({ ...rest, items: bounded([...items, entry]) }))
  }

  async change(id: string, part: Partial<Entry>): Promise<void> {
    const changed = (entry: Entry): Entry => (entry.id === id ? { ...entry, ...part } : entry)
    await this.#file.change(({ items, ...rest }) => ({ ...rest, items: items.map(changed) }))
    if (part.setup !== undefined) this.#live.delete(id)
  }

  /** It is there again. */
  async restored(id: string): Promise<void> {
    const there = (entry: Entry): Entry => {
      const { removedAt: _, ...rest } = entry
      return entry.id === id ? rest : entry
    }
    await this.#file.change(({ items, ...rest }) => ({ ...rest, items: items.map(there) }))
  }

  async drop(id: string): Promise<void> {
    await this.#file.change(({ items, ...rest }) => ({ ...rest, items: items.filter((entry) => entry.id !== id) }))
  }

  /** How a set-up is until it is written. */
  showSetup(id: string, setup: WorktreeSetup): void {
    this.#live.set(id, setup)
  }
}

function bounded(items: Entry[]): Entry[] {
  const removed = items.filter(({ removedAt }) => removedAt !== undefined).length
  let over = removed - mostRemoved
  return items.filter(({ removedAt }) => removedAt === undefined || over-- <= 0)
}
