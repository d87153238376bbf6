import { expect, test } from 'vitest'
import { resourceLinksOf, resourcesOf, searchOf, tasksOf, valueOf } from './result-data.ts'

const page = { title: 'Coffee', url: 'https://example.com/coffee' }

test('the pages of a search come from its data, and else from its text', () => {
  const links = [{ ...page, note: null }]
  expect(searchOf({ results: [{ tool_use_id: 'a', content: [page] }, 'One page.'] }, null)).toEqual({ links, said: 'One page.' })
  const text = `Web search results for query: "coffee"\n\nLinks: ${JSON.stringify([page])}\n\nOne page.\n\n\nREMINDER: You MUST include the sources above.`
  expect(searchOf(null, text)).toEqual({ links, said: 'One page.' })
  expect(searchOf(null, 'Links: [nonsense]')).toBeNull()
  expect(searchOf({ results: 3 }, 'It failed.')).toBeNull()
})

test('resources of a server: those that it points to, and those that were read', () => {
  expect(resourceLinksOf({ resourceLinks: [{ uri: 'note://one', name: 'One', description: 'A note' }] })).toEqual([
    { title: 'One', url: 'note://one', note: 'A note' },
  ])
  const contents = [{ uri: 'note://one', mimeType: 'text/markdown', text: '# Hi' }]
  expect(resourcesOf({ contents }, null)).toEqual(contents)
  expect(resourcesOf(null, JSON.stringify({ contents }))).toEqual(contents)
  expect(resourcesOf(null, 'plain words')).toBeNull()
})

test('entries of the list, one or all; a status that is not known is an open one', () => {
  expect(tasksOf({ task: { id: '1', subject: 'Read' } })).toEqual([{ id: '1', subject: 'Read', status: 'pending' }])
  expect(tasksOf({ tasks: [{ id: '1', subject: 'Read', status: 'odd' }] })).toEqual([{ id: '1', subject: 'Read', status: 'pending' }])
  expect(tasksOf({ success: true })).toBeNull()
})

test('a text that is JSON is its value, any other is itself', () => {
  expect(valueOf('{"a":"x\\ny"}')).toEqual({ a: 'x\ny' })
  expect(valueOf('[broken')).toBe('[broken')
  expect(valueOf('12')).toBe('12')
})
