import type { Source } from './source.ts'

/** What is to be read, in which order: what was touched first, then the others as they were planned. */
export class IndexQueue {
  readonly #planned = new Map<string, { source: Source; bytes: number }>()
  readonly #touched = new Map<string, Source>()
  /** What is being read, and how many bytes of it were planned. */
  #current: { key: string; bytes: number } | null = null
  #again = false
  #held = false
  #done = 0
  #total = 0

  /** Bytes of the files that are read in this run, and how many of them are done. */
  get progress(): { done: number; total: number } {
    return { done: Math.min(this.#done, this.#total), total: this.#total }
  }

  get hasTouched(): boolean {
    return this.#touched.size > 0
  }

  /** Nothing waits, not even for the end of being held. */
  get isEmpty(): boolean {
    return this.#planned.size === 0 && this.#touched.size === 0
  }

  /** Something waits that may be read now. */
  get hasNext(): boolean {
    return this.#touched.size > 0 || (this.#planned.size > 0 && !this.#held)
  }

  /** What is being read has changed meanwhile. */
  get isCurrentTouched(): boolean {
    return this.#again
  }

  /** To be read when nothing else is: in the order of the calls. */
  plan(source: Source, bytes: number): void {
    this.#total += bytes - (this.#planned.get(source.key)?.bytes ?? 0)
    this.#planned.set(source.key, { source, bytes })
  }

  /** Comes before everything that is planned; what is being read is read on once more. */
  touch(source: Source): void {
    if (source.key === this.#current?.key) this.#again = true
    this.#touched.set(source.key, source)
  }

  drop(key: string): void {
    this.#touched.delete(key)
    this.#done += this.#take(key)
  }

  /** While held, only what is touched is read. */
  hold(held: boolean): void {
    this.#held = held
  }

  next(): { source: Source; touched: boolean } | undefined {
    const [touched] = this.#touched.values()
    if (touched) return { source: touched, touched: true }
    const [planned] = this.#held ? [] : this.#planned.values()
    return planned && { source: planned.source, touched: false }
  }

  /** Touched ones that need not wait for the end of what is being read. */
  touchedBeside(): Source[] {
    return [...this.#touched.values()].filter(({ key }) => key !== this.#current?.key)
  }

  /** Begins with it; the returned function says that it was read, or is given up. */
  begin({ key }: Source): () => void {
    const before = this.#current
    this.#touched.delete(key)
    const bytes = this.#take(key)
    this.#current = { key, bytes }
    return () => {
      this.#current = before
      this.#done += bytes
    }
  }

  /** Before it is read once more. */
  beginAgain(): void {
    this.#again = false
    if (this.#current) this.#touched.delete(this.#current.key)
  }

  /** Everything is read: the next run counts anew. */
  endRun(): void {
    this.#done = this.#total = 0
  }

  #take(key: string): number {
    const bytes = this.#planned.get(key)?.bytes ?? 0
    this.#planned.delete(key)
    return bytes
  }
}
