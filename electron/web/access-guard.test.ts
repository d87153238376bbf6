import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AccessGuard, newToken, pageAddress } from './access-guard.ts'

const token = newToken()
const guard = new AccessGuard({ token, port: 4321 })
const host = '127.0.0.1:4321'

describe('who is asked for', () => {
  const own = [
    '127.0.0.1:4321',
    'localhost:4321',
    'LOCALHOST:4321',
    '127.0.0.1',
    'localhost',
    '127.0.0.1:9000',
    'localhost:80',
    '[::1]:9000',
    '[::1]',
  ]
  for (const name of own) {
    test(`${name} is let in`, () => expect(() => guard.checkSource({ host: name })).not.toThrow())
  }
  const foreign = [
    '',
    'evil.example:4321',
    '127.0.0.1.evil.example:4321',
    'localhost:4321.evil.example',
    'evil.example#127.0.0.1:4321',
    '0.0.0.0:4321',
    '::1:4321',
    '[::2]:4321',
    'localhost.:4321',
    'localhost:x',
    'localhost:4321:4321',
    'sub.localhost:4321',
    'nas.local:4321',
    '2130706433:4321',
    ' 127.0.0.1:4321',
    '127.0.0.1:4321, evil.example',
  ]
  for (const name of foreign) {
    test(`“${name}” is turned away`, () => {
      expect(() => guard.checkSource({ host: name })).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }))
    })
  }
  test('no Host at all is turned away', () => expect(() => guard.checkSource({})).toThrow(/127\.0\.0\.1:4321/))
  test('a name that the user allowed is let in, whatever its port, and no other', () => {
    const wider = new AccessGuard({ token, port: 4321, allowHosts: ['Nas.Local'] })
    for (const name of ['nas.local', 'NAS.local:8443', 'localhost:1']) expect(() => wider.checkSource({ host: name })).not.toThrow()
    for (const origin of ['http://nas.local', 'https://nas.local:8443']) {
      expect(() => wider.checkSource({ host: 'nas.local', origin })).not.toThrow()
    }
    for (const name of ['x.nas.local', 'nas.local.evil.example']) expect(() => wider.checkSource({ host: name })).toThrow(/allow-host/)
  })
})

describe('whose page asks', () => {
  const own = [
    'http://127.0.0.1:4321',
    'http://localhost:4321',
    'http://LOCALHOST:4321',
    'http://127.0.0.1',
    'http://localhost:9000',
    'http://[::1]:9000',
  ]
  for (const origin of own) {
    test(`${origin} is ours`, () => expect(() => guard.checkSource({ host, origin })).not.toThrow())
  }
  const foreign = [
    '',
    'null',
    'https://127.0.0.1:4321',
    'ws://127.0.0.1:4321',
    'http://127.0.0.1:4321/',
    'http://127.0.0.1:4321@evil.example',
    'http://evil.example',
    'http://evil.example/127.0.0.1:4321',
    'file://',
  ]
  for (const origin of foreign) {
    test(`“${origin}” is turned away`, () => {
      expect(() => guard.checkSource({ host, origin })).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }))
    })
  }
  test('a program sends no Origin and is let in', () => expect(() => guard.checkSource({ host })).not.toThrow())
})

describe('the token', () => {
  for (const authorization of [`Bearer ${token}`, `bearer ${token}`, `BEARER   ${token}`, ` Bearer ${token} `]) {
    test(`“${authorization.replace(token, 'TOKEN')}” is let in`, () => expect(() => guard.checkBearer({ authorization })).not.toThrow())
  }
  const wrong = [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    token,
    `Basic ${token}`,
    `Bearer ${token}x`,
    `Bearer ${token.slice(0, -1)}`,
    `Bearer ${token} ${token}`,
    `Bearer${token}`,
  ]
  for (const authorization of wrong) {
    test(`“${authorization?.replaceAll(token, 'TOKEN')}” is turned away`, () => {
      expect(() => guard.checkBearer(authorization === undefined ? {} : { authorization })).toThrow(
        expect.objectContaining({ code: 'UNAUTHORIZED' }),
      )
    })
  }
  test('what was sent is not repeated in the refusal', () => {
    expect(() => guard.checkBearer({ authorization: 'Bearer hunter2' })).toThrow(/^(?!.*hunter2)/)
  })
  test('nothing but the token opens', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        fc.pre(text.trim() !== token)
        expect(() => guard.checkBearer({ authorization: `Bearer ${text}` })).toThrow(/token is/)
      }),
    )
  })
  test('two starts have two tokens of 256 bits', () => {
    expect(newToken()).not.toBe(newToken())
    expect(Buffer.from(newToken(), 'base64url')).toHaveLength(32)
  })
  test('the address that a person opens has it in the fragment, which is never sent', () => {
    const address = new URL(pageAddress('http://127.0.0.1:4321', token))
    expect(address.hash).toBe(`#token=${token}`)
    expect(`${address.pathname}${address.search}`).toBe('/')
  })
})

describe('a WebSocket', () => {
  const offer = (protocols: string) => ({ 'sec-websocket-protocol': protocols })
  test('carries the token as a subprotocol', () => {
    expect(() => guard.checkWebSocket(offer(`bullpen, bullpen.token.${token}`))).not.toThrow()
    expect(() => guard.checkWebSocket(offer(`bullpen.token.${token},bullpen`))).not.toThrow()
  })
  test('or as a bearer, when it is no page', () => {
    expect(() => guard.checkWebSocket({ authorization: `Bearer ${token}` })).not.toThrow()
    expect(() => guard.checkWebSocket({ ...offer('bullpen'), authorization: `Bearer ${token}` })).not.toThrow()
  })
  for (const protocols of ['bullpen', '', 'bullpen.token.', `bullpen.token.${token}x`, token, `BULLPEN.TOKEN.${token}`]) {
    test(`with “${protocols.replace(token, 'TOKEN')}” it is turned away`, () => {
      expect(() => guard.checkWebSocket(offer(protocols))).toThrow(expect.objectContaining({ code: 'UNAUTHORIZED' }))
    })
  }
  test('a wrong subprotocol is not saved by a right bearer', () => {
    expect(() => guard.checkWebSocket({ ...offer('bullpen.token.x'), authorization: `Bearer ${token}` })).toThrow(/token is wrong/)
  })
})

describe('a browser that has signed in', () => {
  const headers = (extra: Record<string, string> = {}) => ({ host: 'localhost:9000', ...extra })
  const [cookie = ''] = guard.signIn(headers({ authorization: `Bearer ${token}` })).split(';')

  test('gets a cookie that no script reads and no other site sends, named by the port it sees, without the token in it', () => {
    const given = guard.signIn(headers({ authorization: `Bearer ${token}` }))
    expect(given).toMatch(/^bullpen-9000=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/)
    expect(given).not.toContain(token)
    expect(() => guard.signIn(headers())).toThrow(/token is missing/)
  })

  test('comes in with it, also over a WebSocket', () => {
    const ways: Record<string, string>[] = [
      {},
      { origin: 'http://localhost:9000' },
      { 'sec-fetch-site': 'same-origin' },
      { cookie: `a=b; ${cookie}; c=d` },
    ]
    for (const extra of ways) {
      expect(() => guard.checkBearer(headers({ cookie, ...extra }))).not.toThrow()
      expect(() => guard.checkWebSocket(headers({ cookie, ...extra, 'sec-websocket-protocol': 'bullpen' }))).not.toThrow()
    }
  })

  test('a page of another port, which the browser sends the cookie for too, does not', () => {
    const foreign: Record<string, string>[] = [
      { origin: 'http://localhost:3000' },
      { origin: 'http://127.0.0.1:9000' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site' },
    ]
    for (const extra of foreign) {
      expect(() => guard.checkBearer(headers({ cookie, ...extra }))).toThrow(/token is missing/)
    }
  })

  test('nor with a cookie of another port, of another token or a wrong token beside it', () => {
    const other = new AccessGuard({ token: newToken(), port: 4321 })
    expect(() => other.checkBearer(headers({ cookie }))).toThrow(/token is missing/)
    expect(() => guard.checkBearer({ host: 'localhost:9001', cookie })).toThrow(/token is missing/)
    expect(() => new AccessGuard({ token, port: 4322 }).checkBearer(headers({ cookie }))).toThrow(/token is missing/)
    expect(() => guard.checkBearer(headers({ cookie, authorization: 'Bearer wrong' }))).toThrow(/token is wrong/)
  })
})

test('a frame without an origin may ask for what is its own, and for nothing else', () => {
  const guard = new AccessGuard({ token: newToken(), port: 4321 })
  const headers = { host: '127.0.0.1:4321', origin: 'null' }
  expect(() => guard.checkSource(headers, { fromFrame: true })).not.toThrow()
  expect(() => guard.checkSource(headers)).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }))
  expect(() => guard.checkSource({ ...headers, origin: 'https://evil.example' }, { fromFrame: true })).toThrow(
    expect.objectContaining({ code: 'FORBIDDEN' }),
  )
  expect(() => guard.checkSource({ ...headers, host: 'evil.example' }, { fromFrame: true })).toThrow(
    expect.objectContaining({ code: 'FORBIDDEN' }),
  )
})
