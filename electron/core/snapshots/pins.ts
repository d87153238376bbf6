import { join } from 'node:path'
import { z } from 'zod'
import { JsonStore, type StoreWatch } from '../storage/json-store.ts'

const pinsSchema = z.object({ version: z.literal(1).default(1), trees: z.record(z.string(), z.iso.datetime()).default({}) })
const mostPins = 2_000

/** Trees that are kept until a time, whatever becomes of their snapshots. */
export class Pins {
  readonly #file: JsonStore<z.infer<typeof pinsSchema>>

  private constructor(file: JsonStore<z.infer<typeof pinsSchema>>) {
    this.#file = file
  }

  static async open(place: string, watch: StoreWatch): Promise<Pins> {
    const holds = 'which states of a folder a rewind can be undone to'
    return new Pins(
      await JsonStore.open({ path: join(place, 'pins.json'), schema: pinsSchema, fallback: pinsSchema.parse({}), holds, watch }),
    )
  }

  /** Those that are kept now. */
  trees(now = new Date().toISOString()): string[] {
    return Object.entries(this.#file.current().trees).flatMap(([tree, until]) => (until > now ? [tree] : []))
  }

  /** Of more than 2,000 those go first whose time is over first. */
  async add(trees: readonly string[], until: string): Promise<void> {
    const now = new Date().toISOString()
    await this.#file.change(({ version, trees: known }) => {
      const later = trees.map((tree): [string, string] => [tree, [known[tree] ?? until, until].toSorted().at(-1) ?? until])
      const all = Object.entries({ ...known, ...Object.fromEntries(later) }).filter(([, time]) => time > now)
      return { version, trees: Object.fromEntries(all.toSorted(([, a], [, b]) => b.localeCompare(a)).slice(0, mostPins)) }
    })
  }
}
