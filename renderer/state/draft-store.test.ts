import { expect, test, vi } from 'vitest'
import { patienceMs } from '../../e2e/support/until.ts'
import type { Draft, DraftInput, DraftNews, DraftPart } from '../../shared/domain/draft.ts'
import { DraftStore, type DraftSource } from './draft-store.ts'

/** A core for several pages, in memory; `down`: nobody reaches it. */
class Shared {
  draft: Draft = { text: '', parts: [], revision: 0, updatedAt: null }
  down = false
  readonly pages: DraftStore[] = []

  page(): DraftStore {
    const source: DraftSource = {
      get: (_key, known) => this.#reached(() => this.#news(known)),
      put: (_key, input) => this.#reached(() => this.#put(input)),
      explain: () => null,
    }
    const store = new DraftStore(source, `page ${this.pages.length}`)
    this.pages.push(store)
    return store
  }

  tell(writer: string | null): void {
    for (const page of this.pages) page.changed({ key: 'c', revision: this.draft.revision, writer })
  }

  #news(known: readonly string[]): DraftNews {
    const parts = this.draft.parts.map((part) => (known.includes(part.id) ? { type: 'kept' as const, id: part.id } : part))
    return { ...this.draft, parts }
  }

  #put({ text, parts, base, writer = '' }: DraftInput): { revision: number; parts: DraftPart[] } {
    const known = new Map(this.draft.parts.map((part) => [part.id, part]))
    const next = parts.flatMap((part) => (part.type === 'kept' ? (known.get(part.id) ?? []) : part))
    const later = base < this.draft.revision ? this.draft.parts.filter(({ id }) => !next.some((part) => part.id === id)) : []
    this.draft = { text, parts: [...next, ...later], revision: this.draft.revision + 1, updatedAt: null }
    this.tell(writer)
    return this.draft
  }

  async #reached<T>(answer: () => T): Promise<T> {
    if (this.down) throw new Error('not reached')
    return answer()
  }
}

const paste = (text: string): DraftPart => ({ type: 'paste', id: crypto.randomUUID(), text })

test('what is written is kept, and another page shows it', async () => {
  const shared = new Shared()
  const [here, there] = [shared.page(), shared.page()]
  there.get('c')
  here.change('c', (now) => ({ ...now, text: 'hello' }))
  expect(here.get('c').text).toBe('hello')
  await here.flush('c')
  expect(shared.draft.text).toBe('hello')
  await vi.waitFor(() => expect(there.get('c').text).toBe('hello'), patienceMs)
})

test('words typed before the old draft was read come behind it', async () => {
  const shared = new Shared()
  shared.draft = { text: 'from yesterday', parts: [], revision: 5, updatedAt: null }
  const here = shared.page()
  here.change('c', (now) => ({ ...now, text: 'and now' }))
  await here.flush('c')
  expect(shared.draft.text).toBe('from yesterday\nand now')
})

test('a page that types keeps its words, and takes files of the other', async () => {
  const shared = new Shared()
  const [here, there] = [shared.page(), shared.page()]
  const file = paste('a long text')
  here.get('c')
  await there.flush('c')
  here.change('c', (now) => ({ ...now, text: 'mine' }))
  there.change('c', () => ({ text: 'theirs', parts: [file] }))
  await there.flush('c')
  await here.flush('c')
  await vi.waitFor(() => expect(here.get('c')).toMatchObject({ text: 'mine', parts: [file] }), patienceMs)
  expect(shared.draft).toMatchObject({ text: 'mine', parts: [file] })
})

test('while the core is away nothing is lost, and it is kept when it is back', async () => {
  const shared = new Shared()
  const here = shared.page()
  here.change('c', (now) => ({ ...now, text: 'one' }))
  await here.flush('c')
  shared.down = true
  here.change('c', (now) => ({ ...now, text: 'one two' }))
  expect(await here.flush('c')).toBeNull()
  expect(here.get('c').text).toBe('one two')
  shared.down = false
  await here.flush('c')
  expect(shared.draft.text).toBe('one two')
})

test('what was sent is cleared; what was written since stays', async () => {
  const shared = new Shared()
  const here = shared.page()
  here.change('c', (now) => ({ ...now, text: 'send' }))
  await here.flush('c')
  const sent = here.get('c')
  here.change('c', (now) => ({ ...now, text: 'send more' }))
  here.sent('c', sent)
  await here.flush('c')
  expect(here.get('c').text).toBe(' more')
  const all = here.get('c')
  shared.draft = { text: '', parts: [], revision: shared.draft.revision + 1, updatedAt: null }
  here.sent('c', all)
  expect(here.get('c').text).toBe('')
  await here.flush('c')
  expect(shared.draft.text).toBe('')
})

test('a file goes to the core once', async () => {
  const shared = new Shared()
  const here = shared.page()
  const file = paste('x'.repeat(1000))
  here.change('c', () => ({ text: '', parts: [file] }))
  await here.flush('c')
  here.change('c', (now) => ({ ...now, text: 'words' }))
  await here.flush('c')
  expect(shared.draft).toMatchObject({ text: 'words', parts: [file] })
})

test('what was sent is cleared although it was read again while it was on its way', async () => {
  const shared = new Shared()
  const here = shared.page()
  const file = paste('a long text')
  here.change('c', () => ({ text: 'send', parts: [file] }))
  await here.flush('c')
  const { text, parts } = here.get('c')
  shared.draft = { ...shared.draft, revision: shared.draft.revision + 1 }
  here.changed({ key: 'c', revision: shared.draft.revision, writer: null })
  await vi.waitFor(() => expect(here.get('c').parts).not.toBe(parts), patienceMs)
  shared.draft = { text: '', parts: [], revision: shared.draft.revision + 1, updatedAt: null }
  here.sent('c', { text, parts })
  expect(here.get('c')).toMatchObject({ text: '', parts: [] })
})
