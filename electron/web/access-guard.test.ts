import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AccessGuard, newToken, pageAddress } from './access-guard.ts'

const token = newToken()
const guard = new AccessGuard({ token, port: 4321 })
const host = '127.0.0.1:4321'

describe('who is asked for', () => {
  for (const name of ['127.0.0.1:4321', 'localhost:4321', 'LOCALHOST:4321']) {
    test(`${name} is let in`, () => expect(() => guard.checkSource({ host: name })).not.toThrow())
  }
  const foreign = [
    '',
    '127.0.0.1',
    'localhost',
    '127.0.0.1:4322',
    'localhost:80',
    'evil.example:4321',
    '127.0.0.1.evil.example:4321',
    'localhost:4321.evil.example',
    'evil.example#127.0.0.1:4321',
    '0.0.0.0:4321',
    '[::1]:4321',
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
  test('on port 80 a browser leaves the port out', () => {
    const plain = new AccessGuard({ token, port: 80 })
    expect(() => plain.checkSource({ host: '127.0.0.1' })).not.toThrow()
    expect(() => plain.checkSource({ host: 'localhost:80', origin: 'http://localhost' })).not.toThrow()
  })
})

describe('whose page asks', () => {
  for (const origin of ['http://127.0.0.1:4321', 'http://localhost:4321', 'http://LOCALHOST:4321']) {
    test(`${origin} is ours`, () => expect(() => guard.checkSource({ host, origin })).not.toThrow())
  }
  const foreign = [
    '',
    'null',
    'http://127.0.0.1',
    'http://127.0.0.1:4322',
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
