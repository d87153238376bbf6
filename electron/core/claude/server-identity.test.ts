import { expect, it } from 'vitest'
import { identityOf } from './server-identity.ts'

const of = (env: Record<string, string>) => identityOf({ command: 'npx', args: ['server'], env }, 'user')

it('a key that is renewed leaves the server what it is; what is started, and where it looks, does not', () => {
  const before = of({ GITHUB_TOKEN: 'ghp_abcdefghijklmnop1234', MODE: 'a' })
  expect(of({ GITHUB_TOKEN: 'ghp_ponmlkjihgfedcba4321', MODE: 'a' })).toBe(before)
  expect(of({ MODE: 'a', GITHUB_TOKEN: 'ghp_abcdefghijklmnop1234' })).toBe(before)
  expect(of({ GITHUB_TOKEN: 'ghp_abcdefghijklmnop1234', MODE: 'b' })).not.toBe(before)
  expect(of({ MODE: 'a' })).not.toBe(before)
  expect(identityOf({ command: 'npx', args: ['other'], env: { GITHUB_TOKEN: 'ghp_abcdefghijklmnop1234', MODE: 'a' } }, 'user')).not.toBe(
    before,
  )
})
