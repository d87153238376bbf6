import { expect, test } from 'vitest'
import { safeAddress } from './safe-address.ts'

test.each([
  ['https://example.org/a?b', 'https://example.org/a?b'],
  ['mailto:ada@example.org', 'mailto:ada@example.org'],
  ['http://example.org', ''],
  ['javascript:alert(1)', ''],
  [' java\nscript:alert(1)', ''],
  ['data:text/html,x', ''],
  ['file:///etc/passwd', ''],
  ['/relative', ''],
  ['', ''],
])('%s', (address, safe) => expect(safeAddress(address)).toBe(safe))
