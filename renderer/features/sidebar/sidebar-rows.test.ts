import { expect, test } from 'vitest'
import { sidebarRows } from './sidebar-rows.ts'

const sources = { instances: new Map(), conversations: new Map(), more: false, folded: false }

test('an empty app says how to begin', () => {
  const rows = sidebarRows(sources)
  expect(rows.map(({ kind }) => kind)).toEqual(['instances', 'empty', 'conversations', 'empty'])
})
