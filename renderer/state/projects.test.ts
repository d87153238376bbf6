import { expect, test } from 'vitest'
import { projectIn, projectLabels } from './projects.ts'

test('two projects of one name are told apart by the folder above', () => {
  const labels = projectLabels([
    { root: '/home/me/new/api', name: 'api' },
    { root: '/home/me/old/api', name: 'api' },
    { root: 'C:\\code\\web', name: 'web' },
    { root: '/home/me/new/api', name: 'api' },
  ])
  expect([...labels.values()]).toEqual(['api · new', 'api · old', 'web'])
})

test('where the folder above is the same too, those above it are named', () => {
  const labels = projectLabels(
    ['/a/x/app', '/b/x/app', '/c/y/app', '/app', '/solo'].map((root) => ({ root, name: root.split('/').at(-1) ?? '' })),
  )
  expect([...labels.values()]).toEqual(['app · a/x', 'app · b/x', 'app · y', 'app', 'solo'])
})

test('until it is known a folder is its own project', () => {
  expect(projectIn(new Map(), '/srv/app/')).toEqual({ root: '/srv/app/', name: 'app' })
  expect(projectIn(new Map(), 'C:\\code\\web').name).toBe('web')
  expect(projectIn(new Map(), '/').name).toBe('/')
})
