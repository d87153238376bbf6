import { expect, test } from 'vitest'
import { linesBelow } from './lines-below.ts'

test.each([
  [400, 400, 0],
  [400, 395, 0],
  [411, 400, 1],
  [1_000, 400, 30],
])('of %i pixels %i were seen: %i lines are left', (height, seen, lines) => expect(linesBelow(height, seen, 20)).toBe(lines))
