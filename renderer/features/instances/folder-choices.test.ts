import { expect, test } from 'vitest'
import { folderChoices, inside, parentOf } from './folder-choices.ts'

const base = { separator: '/', fresh: false, recent: ['/srv/api', '/home/me/site'], folders: [{ path: '/srv/api/src', name: 'src' }] }

test('nothing typed: what was used last, then what the core found', () => {
  expect(folderChoices({ ...base, prefix: '' }).map(({ kind, label }) => [kind, label])).toEqual([
    ['recent', 'api'],
    ['recent', 'site'],
    ['inside', 'src'],
  ])
})

test('in a folder: the way up, and what is in it', () => {
  expect(folderChoices({ ...base, prefix: '/srv/api/' }).map(({ kind, path }) => [kind, path])).toEqual([
    ['up', '/srv'],
    ['inside', '/srv/api/src'],
  ])
})

test('recent folders are offered where they fit, and all of them when the list has just been opened', () => {
  expect(folderChoices({ ...base, prefix: '/home/' }).map(({ path }) => path)).toEqual(['/home/me/site', '/', '/srv/api/src'])
  expect(folderChoices({ ...base, prefix: '/srv/api/', fresh: true }).map(({ path }) => path)).toEqual([
    '/home/me/site',
    '/srv',
    '/srv/api/src',
  ])
})

test('the way up ends at the root', () => {
  expect(['/a/b/', '/a/b', '/a', '/', '', '~', '~/x'].map((path) => parentOf(path, '/'))).toEqual(['/a', '/a', '/', null, null, null, '~'])
  expect(parentOf('C:\\a\\b', '\\')).toBe('C:\\a')
  expect([inside('/a', '/'), inside('/a/', '/'), inside('', '/')]).toEqual(['/a/', '/a/', ''])
})
