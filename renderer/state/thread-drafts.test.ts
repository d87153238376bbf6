import { expect, test } from 'vitest'
import { Drafts, emptyDraft } from './thread-drafts.ts'

function storage(limit = 1000) {
  const kept = new Map<string, string>()
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (value.length > limit) throw new DOMException('full', 'QuotaExceededError')
      kept.set(key, value)
    },
    removeItem: (key: string) => void kept.delete(key),
  }
}

const image = { mediaType: 'image/png' as const, data: 'aGVsbG8=', name: 'a.png', bytes: 5 }

test('a draft survives a reload, each conversation its own', () => {
  const tab = storage()
  new Drafts(tab).set('conv_1', { text: 'half a thought', images: [image] })
  const reloaded = new Drafts(tab)
  expect(reloaded.get('conv_1')).toEqual({ text: 'half a thought', images: [image] })
  expect(reloaded.get('conv_2')).toEqual(emptyDraft)
})

test('what does not fit keeps at least its text', () => {
  const tab = storage(60)
  new Drafts(tab).set('conv_1', { text: 'words', images: [image] })
  expect(new Drafts(tab).get('conv_1')).toEqual({ text: 'words', images: [] })
})

test('an empty draft leaves nothing behind, and damage is no harm', () => {
  const tab = storage()
  const drafts = new Drafts(tab)
  drafts.set('conv_1', { text: 'x', images: [] })
  drafts.set('conv_1', emptyDraft)
  expect(tab.kept.size).toBe(0)
  tab.kept.set('draft:conv_2', '{"text":3}')
  expect(drafts.get('conv_2')).toEqual(emptyDraft)
  expect(new Drafts(null).get('conv_1')).toEqual(emptyDraft)
})
