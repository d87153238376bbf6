import { expect, test } from 'vitest'
import { readCommand, readPath, readSeconds } from './settings-words.ts'

test('seconds are whole and within bounds', () => {
  expect(['5', ' 30 ', '3600'].map(readSeconds)).toEqual([{ value: 5 }, { value: 30 }, { value: 3600 }])
  for (const text of ['', '4', '3601', '1.5', 'half a minute', 'Infinity']) expect(readSeconds(text)).toHaveProperty('problem')
})

test('a path is whole, from home, or none', () => {
  expect(['', ' /usr/bin/claude ', '~/claude', 'C:\\claude.exe'].map((text) => readPath(text, '/home/me'))).toEqual([
    { value: null },
    { value: '/usr/bin/claude' },
    { value: '/home/me/claude' },
    { value: 'C:\\claude.exe' },
  ])
  for (const text of ['claude', './x', '~other/x']) expect(readPath(text, '/home/me')).toHaveProperty('problem')
})

test('a command has its quotes closed, or is none', () => {
  expect(['', ' code -g {file}:{line} ', '"my editor" {file}'].map(readCommand)).toEqual([
    { value: null },
    { value: 'code -g {file}:{line}' },
    { value: '"my editor" {file}' },
  ])
  expect(readCommand('"my editor {file}')).toHaveProperty('problem')
})
