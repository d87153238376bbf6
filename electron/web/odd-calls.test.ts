import { traverseContractProcedures } from '@orpc/server'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { errorInfoSchema } from '../../shared/app-error.ts'
import { contract } from '../../shared/contract/index.ts'
import { Api } from '../../e2e/support/api.ts'
import { openWeb, type WebRun } from '../../e2e/support/web.ts'
import { fieldsOf } from '../core/api/strict-input.ts'

let web: WebRun
/** Ids that are there, for calls to get somewhere. */
const known: Record<string, string> = {}

beforeAll(async () => {
  web = await openWeb()
  const api = new Api(web.server.url, web.server.token)
  known['instance'] = (await api.spawn({ name: 'alpha', cwd: web.folders.work, start: false })).id
  known['conversation'] = (await api.createConversation({ title: 'Odd' })).id
})
afterAll(() => web.close())

type Call = { method: string; path: string; fields: string[] }
const calls: Call[] = []
traverseContractProcedures({ router: contract, path: [] }, ({ contract: { '~orpc': call } }) => {
  const schema: unknown = call.inputSchema
  const fields = schema instanceof z.ZodType ? fieldsOf(schema) : []
  calls.push({ method: call.route.method ?? 'POST', path: call.route.path ?? '', fields })
})

/** These would begin work that goes on, or never answer. */
const left = new Set([
  'GET /events',
  'GET /conversations/{id}/events',
  'GET /runs/{id}/events',
  'POST /ask',
  'POST /vault/scan',
  'POST /health/check',
])

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    1e21,
    -1e21,
    1e9,
    100_000_000,
    1e308,
    -1,
    0,
    0.5,
    5e-324,
    null,
    true,
    false,
    [],
    {},
    [[]],
    '',
    ' ',
    '\0',
    'a\0b',
  ),
  fc.constantFrom(
    '__proto__',
    'constructor',
    '../../etc/passwd',
    '\ud800',
    '\u202e',
    'NaN',
    'Infinity',
    '1e21',
    '%',
    '%00',
    'active',
    'all',
    '~',
    '@',
    '@alpha',
  ),
  fc.constantFrom(
    '0000-00-00T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '+275760-09-13T00:00:00Z',
    '2026-01-01T00:00:00.000Z',
    '0~0',
    '1:2',
    'x'.repeat(5_000),
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.double({ noNaN: true }),
  fc.array(fc.constantFrom<unknown>('', 'x', 1e21, null), { maxLength: 3 }),
)

function addressOf(path: string, value: unknown): string {
  return path.replaceAll(/\{(\w+)\}/g, () => {
    const kind = path.startsWith('/instances') ? 'instance' : path.includes('conversations') ? 'conversation' : null
    if (typeof value === 'string' && value.length % 2 === 1) return encodeURIComponent(value.toWellFormed())
    return kind === null ? `x_${'0'.repeat(24)}` : (known[kind] ?? '')
  })
}

function requestOf({ method }: Call, given: Record<string, unknown>, address: string): Promise<Response> {
  const isGet = method === 'GET'
  const query = new URLSearchParams(
    Object.entries(given).map(([name, value]) => [name, typeof value === 'string' ? value.toWellFormed() : JSON.stringify(value)]),
  )
  return fetch(`${web.server.url}/api${address}${isGet ? `?${query}` : ''}`, {
    method,
    headers: { ...web.bearer, 'content-type': 'application/json' },
    ...(isGet ? {} : { body: JSON.stringify(given) }),
    signal: AbortSignal.timeout(20_000),
  })
}

describe('whatever is sent is answered with what to do, never with a fault inside', () => {
  for (const call of calls) {
    if (left.has(`${call.method} ${call.path}`)) continue
    test(`${call.method} ${call.path}`, async () => {
      const field = call.fields.filter((each) => each !== 'wait' && each !== 'waitSeconds' && each !== 'path')
      const fields = field.length === 0 ? fc.constant({}) : fc.dictionary(fc.constantFrom(...field), odd, { maxKeys: 3 })
      const addresses = call.path.includes('{') ? odd.map((value) => addressOf(call.path, value)) : fc.constant(call.path)
      await fc.assert(
        fc.asyncProperty(fields, addresses, async (given, address) => {
          const response = await requestOf(call, given, address)
          const text = await response.text()
          expect([response.status, text]).not.toEqual([500, expect.anything()])
          expect(response.status).toBeLessThan(500)
          const said = response.status < 400 ? '' : errorInfoSchema.parse(JSON.parse(text)).message
          expect(said).not.toMatch(/inside Bullpen|ENOENT|ENAMETOOLONG|undefined/)
        }),
        {
          numRuns: 40,
          // The same request again says nothing new.
          ignoreEqualValues: true,
          examples: call.fields.flatMap((each) =>
            [1e21, 'a\0b', 807_919_649].map((value): [Record<string, unknown>, string] => [{ [each]: value }, addressOf(call.path, '')]),
          ),
        },
      )
    })
  }
})
