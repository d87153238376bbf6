import { expect, test } from 'vitest'
import { templateWith } from './template-text.ts'

test('a template has a folder, and keeps what the form does not show', () => {
  expect(templateWith(null, { model: 'haiku' })).toBeNull()
  expect(templateWith(null, { cwd: ' ~/docs ' })).toEqual({ cwd: '~/docs' })
  const full = { cwd: '/docs', model: 'haiku', tags: ['docs'], profile: 'writer' }
  expect(templateWith(full, { model: '', tags: [] })).toEqual({ cwd: '/docs', profile: 'writer' })
  expect(templateWith(full, { permissionMode: 'plan' })).toEqual({ ...full, permissionMode: 'plan' })
  expect(templateWith(full, { cwd: '' })).toBeNull()
})
