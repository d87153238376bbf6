import { traverseContractProcedures } from '@orpc/server'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { contract } from '../../shared/contract/index.ts'
import { openApiDocument } from './openapi.ts'

const parameterSchema = z.object({ name: z.string(), in: z.enum(['path', 'query', 'header']), schema: z.record(z.string(), z.unknown()) })
const contentSchema = z.record(z.string(), z.object({ schema: z.record(z.string(), z.unknown()) }))
const operationSchema = z.object({
  operationId: z.string(),
  summary: z.string(),
  tags: z.array(z.string()).length(1),
  parameters: z.array(z.union([z.object({ $ref: z.string() }), parameterSchema])).optional(),
  requestBody: z.object({ content: contentSchema }).optional(),
  responses: z.record(
    z.string(),
    z.union([z.object({ $ref: z.string() }), z.object({ description: z.string(), content: contentSchema.optional() })]),
  ),
})
const documentSchema = z.object({
  openapi: z.literal('3.1.1'),
  info: z.object({ title: z.string(), version: z.literal('1.2.3') }),
  tags: z.array(z.object({ name: z.string(), description: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.object({
    schemas: z.record(z.string(), z.record(z.string(), z.unknown())),
    responses: z.record(z.string(), z.unknown()),
    parameters: z.record(z.string(), parameterSchema),
    securitySchemes: z.record(z.string(), z.unknown()),
  }),
})

let text: string
let document: z.infer<typeof documentSchema>
beforeAll(async () => {
  const made = await openApiDocument('1.2.3')
  text = JSON.stringify(made)
  document = documentSchema.parse(made)
})

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
const operation = (method: string, path: string) => document.paths[path]?.[method]

describe('the OpenAPI document', () => {
  test('is small, since what is used often stands in it once', () => {
    expect(text.length / operations().length).toBeLessThan(1_700)
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(['Instance', 'Conversation', 'Message', 'Turn', 'Task', 'Batch', 'Approval', 'Error', 'InstanceReference']),
    )
    expect(operation('get', '/instances/{id}')?.responses['200']).toMatchObject({
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Instance' } } },
    })
  })

  test('refers to nothing that is not there, and holds nothing that nobody refers to', () => {
    const { schemas, responses, parameters } = document.components
    const names = (kind?: string) => Object.keys(kind === 'schemas' ? schemas : kind === 'responses' ? responses : parameters)
    const refs = [...text.matchAll(/"\$ref":"#\/components\/(schemas|responses|parameters)\/([^"]+)"/g)]
    expect(refs.length).toBeGreaterThan(100)
    expect(text.match(/"\$ref":"/g)).toHaveLength(refs.length)
    for (const [, kind, name = ''] of refs) expect(names(kind)).toContain(name)
    expect(new Set(refs.filter(([, kind]) => kind === 'schemas').map(([, , name]) => name))).toEqual(
      new Set(Object.keys(document.components.schemas)),
    )
  })

  test('has every call of the contract, each under its noun, with its parameters and one shared answer for failures', () => {
    // In no contract, and at this door alone.
    const calls = ['post /hooks/{id}']
    traverseContractProcedures({ router: contract, path: [] }, ({ contract: { '~orpc': call } }) => {
      calls.push(`${(call.route.method ?? 'POST').toLowerCase()} ${call.route.path ?? ''}`)
    })
    expect(
      operations()
        .map(({ method, path }) => `${method} ${path}`)
        .toSorted(),
    ).toEqual(calls.toSorted())
    const tags = document.tags.map(({ name }) => name)
    expect(new Set(tags)).toEqual(new Set(Object.keys(contract)))
    for (const { path, operation: one } of operations()) {
      expect(tags).toContain(one.tags[0])
      expect(one.responses['default']).toEqual({ $ref: '#/components/responses/Error' })
      const given = (one.parameters ?? []).flatMap((each) =>
        '$ref' in each ? (document.components.parameters[each.$ref.split('/').at(-1) ?? ''] ?? []) : each,
      )
      const inPath = given.filter((parameter) => parameter.in === 'path').map(({ name }) => `{${name}}`)
      expect(new Set(inPath)).toEqual(new Set(path.match(/\{\w+\}/g)))
    }
    expect(new Set(operations().map(({ operation: one }) => one.operationId)).size).toBe(calls.length)
  })

  test('says what is refused and what may stand for an id', () => {
    const ask = operation('post', '/ask')?.requestBody?.content['application/json']?.schema
    expect(ask).toMatchObject({
      additionalProperties: false,
      properties: { instanceId: { $ref: '#/components/schemas/InstanceReference' }, instance: { type: 'string' }, key: { type: 'string' } },
    })
  })

  test('says what each field of an answer to a request and of live settings does', () => {
    const described = z.object({ properties: z.record(z.string(), z.object({ description: z.string().optional() })) })
    for (const [method, path] of [
      ['post', '/approvals/{id}'],
      ['patch', '/conversations/{id}/live'],
      ['post', '/instances/{id}/interrupt'],
      ['post', '/instances/{id}/mcp/{server}'],
    ] as const) {
      const { properties } = described.parse(operation(method, path)?.requestBody?.content['application/json']?.schema)
      const silent = Object.keys(properties).filter((name) => name !== 'decision' && properties[name]?.description === undefined)
      expect({ path, silent }).toEqual({ path, silent: [] })
    }
  })

  test('says how files and tables are sent', () => {
    expect(Object.keys(operation('post', '/conversations/import')?.requestBody?.content ?? {})).toEqual(
      expect.arrayContaining(['application/json', 'multipart/form-data', 'application/octet-stream', 'application/zip']),
    )
    expect(operation('get', '/metrics/csv')?.responses['200']).toMatchObject({ content: { 'text/csv': {} } })
  })
})
