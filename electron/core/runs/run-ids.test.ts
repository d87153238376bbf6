import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { bodyDigest } from './run-ids.ts'

const sha = (text: string) => createHash('sha256').update(text).digest('hex')

test('a body’s digest goes by its values alone, in any order of fields, as those in the journals of earlier versions do', async () => {
  const body = { b: [1, 'x', null, undefined, { d: true, c: undefined }], a: { 'ä"': '\n' } }
  expect(await bodyDigest(body)).toBe(sha('{"a":{"ä\\"":"\\n"},"b":[1,"x",null,null,{"d":true}]}'))
  expect(await bodyDigest({ a: body.a, b: body.b })).toBe(await bodyDigest(body))
  expect(await bodyDigest({ ...body, b: [] })).toBe(sha('{"a":{"ä\\"":"\\n"},"b":[]}'))
})
