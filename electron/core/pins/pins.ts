import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../../shared/app-error.ts'
import { pinSchema, type Pin } from '../../../shared/domain/pin.ts'
import { JsonStore, type StoreWatch } from '../storage/json-store.ts'

const fileSchema = z.object({ version: z.literal(1).default(1), pins: z.array(pinSchema).default([]) })
const mostPins = 200

export type PinsOptions = {
  folder: string
  watch: StoreWatch
  /** Whether what a pin stands for exists; something in the trash does not, and has its pin again once it is back. */
  isThere: (pin: Pick<Pin, 'kind' | 'id'>) => boolean
  /** Whether one that exists stands in the sidebar; what is archived does not. */
  isListed: (pin: Pick<Pin, 'kind' | 'id'>) => boolean
  onChange: (pins: Pin[]) => void
}

/** `pins.json` in the data folder: what the user keeps at the top of the sidebar. */
export class Pins {
  readonly #file: JsonStore<z.infer<typeof fileSchema>>
  readonly #isThere: PinsOptions['isThere']
  readonly #isListed: PinsOptions['isListed']

  private constructor(file: JsonStore<z.infer<typeof fileSchema>>, { isThere, isListed }: Pick<PinsOptions, 'isThere' | 'isListed'>) {
    this.#file = file
    this.#isThere = isThere
    this.#isListed = isListed
  }

  static async open({ folder, watch, isThere, isListed, onChange }: PinsOptions): Promise<Pins> {
    const file = await JsonStore.open({
      path: join(folder, 'pins.json'),
      schema: fileSchema,
      fallback: fileSchema.parse({}),
      holds: 'your pins',
      watch,
      onChange: ({ pins }) => onChange(pins.filter(isThere)),
    })
    return new Pins(file, { isThere, isListed })
  }

  /** The first pinned first. */
  list(): Pin[] {
    return this.#file.current().pins.filter(this.#isThere)
  }

  /** Throws NOT_FOUND, and LIMIT_REACHED with 200 of them. */
  async add(id: string): Promise<Pin> {
    const kind = id.startsWith('inst_') ? ('instance' as const) : ('conversation' as const)
    if (!this.#isThere({ kind, id }))
      throw new AppError('NOT_FOUND', `There is no such ${kind}; it may have been removed. Reload the list.`)
    const made: Pin = { id, kind, pinnedAt: new Date().toISOString() }
    const { pins } = await this.#file.change((current) => {
      if (current.pins.some((pin) => pin.id === id)) return current
      // What is gone makes room first.
      const kept = current.pins.length < mostPins ? current.pins : current.pins.filter(this.#isThere)
      if (kept.length >= mostPins)
        throw new AppError('LIMIT_REACHED', `At most ${mostPins} can be pinned. Unpin some first.`, { data: { limit: mostPins } })
      return { ...current, pins: [...kept, made] }
    })
    return pins.find((pin) => pin.id === id) ?? made
  }

  /** Among those of its kind that the sidebar shows; the first stays the first, and the last the last. Throws NOT_FOUND for what is not pinned. */
  async move(id: string, to: 'up' | 'down'): Promise<Pin[]> {
    const { pins } = await this.#file.change((current) => {
      const moved = current.pins.find((pin) => pin.id === id)
      if (!moved || !this.#isThere(moved)) throw new AppError('NOT_FOUND', 'This is not pinned any more. Pin it again to move it.')
      const alike = current.pins.filter((pin) => pin === moved || (pin.kind === moved.kind && this.#isThere(pin) && this.#isListed(pin)))
      const other = alike[alike.indexOf(moved) + (to === 'up' ? -1 : 1)]
      if (!other) return current
      const swapped = current.pins.map((pin) => (pin === moved ? other : pin === other ? moved : pin))
      return { ...current, pins: swapped }
    })
    return pins.filter(this.#isThere)
  }

  async remove(id: string): Promise<void> {
    await this.#file.change((current) => ({ ...current, pins: current.pins.filter((pin) => pin.id !== id) }))
  }
}
