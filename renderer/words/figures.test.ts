import { expect, test } from 'vitest'
import {
  formatBytes,
  formatClock,
  formatCost,
  formatCount,
  formatDuration,
  formatSeconds,
  formatToolTime,
  plural,
  shortPath,
} from './figures.ts'

test.each([
  [0, '0 ms'],
  [0.4, '<1 ms'],
  [612, '612 ms'],
  [999.6, '1 s'],
  [1940, '1.94 s'],
  [8200, '8.2 s'],
  [9999, '10 s'],
  [21_400, '21.4 s'],
  [59_990, '1 min'],
  [192_000, '3 min 12 s'],
  [7_500_000, '2 h 5 min'],
])('%d ms reads %s', (ms, text) => expect(formatDuration(ms)).toBe(text))

test('tools, thoughts and clocks', () => {
  expect(formatToolTime(3)).toBe('0.01 s')
  expect(formatToolTime(5100)).toBe('5.1 s')
  expect(formatSeconds(6200)).toBe('6 s')
  expect(formatSeconds(20)).toBe('1 s')
  expect(formatSeconds(125_000)).toBe('2 min 5 s')
  expect(formatClock(8000)).toBe('0:08')
  expect(formatClock(3_723_000)).toBe('1:02:03')
})

test('counts, money and sizes', () => {
  expect([812, 9700, 48_100, 99_960, 1_240_000].map(formatCount)).toEqual(['812', '9.7k', '48.1k', '100k', '1.2M'])
  expect([null, 0, 0.001, 0.83].map(formatCost)).toEqual(['cost unknown', '$0.00', '<$0.01', '$0.83'])
  expect([640, 12_300, 4_800_000].map(formatBytes)).toEqual(['640 B', '12 KB', '4.8 MB'])
  expect([plural(1, 'turn'), plural(1400, 'turn')]).toEqual(['1 turn', '1,400 turns'])
})

test('paths are short where that is clear', () => {
  const places = { cwd: '/home/ada/code/api', home: '/home/ada' }
  expect(shortPath('/home/ada/code/api/src/a.ts', places)).toBe('src/a.ts')
  expect(shortPath('/home/ada/code/api', places)).toBe('~/code/api')
  expect(shortPath('/home/adam/x', places)).toBe('/home/adam/x')
  expect(shortPath('C:\\work\\a.ts', { cwd: 'C:\\work' })).toBe('a.ts')
})
