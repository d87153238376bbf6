import { z } from 'zod'

export type Json = Readonly<Record<string, unknown>>

const jsonObject = z.record(z.string(), z.unknown())

/** An object of a document. Throws for anything else. */
export function readable(value: unknown): Json {
  return jsonObject.parse(value)
}

export function jsonSchema(schema: z.ZodType): Json {
  return without(readable(z.toJSONSchema(schema)), ['$schema'])
}

const errorResponse = { $ref: '#/components/responses/Error' }
const byName = { type: 'string', description: 'The name of the instance, instead of its id.' }
const file = { schema: { type: 'string', format: 'binary' } }

/** The calls, each under its noun, with what it does not know refused and with one answer for all that fails. */
export function operationsOf(paths: Json): Json {
  return mapped(paths, (methods, path) =>
    mapped(readable(methods), (operation, method) => special(`${method} ${path}`, ofCall(readable(operation)))),
  )
}

function ofCall({ responses, requestBody, ...operation }: Json): Json {
  const [noun = ''] = String(operation['operationId']).split('.')
  const answers = Object.entries(readable(responses)).filter(([status]) => status.startsWith('2'))
  const body = requestBody === undefined ? {} : { requestBody: strictBody(readable(requestBody)) }
  const given = z.array(jsonObject).parse(operation['parameters'] ?? [])
  const parameters = given.length === 0 ? {} : { parameters: given.map((one) => without(one, ['allowEmptyValue', 'allowReserved'])) }
  return { ...operation, ...parameters, tags: [noun], ...body, responses: { ...Object.fromEntries(answers), default: errorResponse } }
}

function strictBody(body: Json): Json {
  return {
    ...body,
    content: mapped(readable(body['content']), (media) => {
      const { schema, ...rest } = readable(media)
      return { ...rest, schema: strict(readable(schema)) }
    }),
  }
}

function strict(schema: Json): Json {
  if (schema['type'] !== 'object' || schema['properties'] === undefined) return schema
  const properties = readable(schema['properties'])
  const names = Object.keys(properties).filter((name) => /[iI]nstanceId$/.test(name))
  const short = Object.fromEntries(names.map((name) => [name.slice(0, -2), byName]))
  return { ...schema, properties: { ...properties, ...short }, additionalProperties: false }
}

/** What the contract does not say, since it holds at this door alone. */
function special(call: string, operation: Json): Json {
  if (call === 'get /metrics/csv') {
    const csv = { description: 'OK', content: { 'text/csv': { schema: { type: 'string' } } } }
    return { ...operation, responses: { ...readable(operation['responses']), '200': csv } }
  }
  if (call !== 'post /conversations/import') return operation
  const body = readable(operation['requestBody'])
  return {
    ...operation,
    description:
      'The body is a call, as JSON or as a form, or the file itself under any other type, of any length: then “name” and “wait” stand in the address.',
    parameters: [
      { name: 'name', in: 'query', description: 'What the file in the body is called.', schema: { type: 'string', maxLength: 255 } },
      {
        name: 'wait',
        in: 'query',
        description: 'Of a file in the body: answer when it has ended.',
        schema: { type: 'boolean', default: false },
      },
    ],
    requestBody: { ...body, content: { ...readable(body['content']), 'application/octet-stream': file, 'application/zip': file } },
  }
}

/** Parameters that several calls take alike stand in the document once. */
export function sharedParameters(paths: Json): { paths: Json; parameters: Json } {
  const all = Object.values(paths).flatMap((methods) => Object.values(readable(methods)).flatMap((one) => parametersOf(readable(one))))
  const counts = new Map<string, number>()
  for (const one of all) counts.set(JSON.stringify(one), (counts.get(JSON.stringify(one)) ?? 0) + 1)
  const names = new Map<string, string>()
  for (const [text, count] of counts) {
    if (count < 3) continue
    const name = String(readable(JSON.parse(text))['name'])
    const taken = [...names.values()].filter((other) => other.replace(/\d+$/, '') === name).length
    names.set(text, taken === 0 ? name : `${name}${taken + 1}`)
  }
  const referring = (parameter: Json): Json => {
    const name = names.get(JSON.stringify(parameter))
    return name === undefined ? parameter : { $ref: `#/components/parameters/${name}` }
  }
  const changed = mapped(paths, (methods) =>
    mapped(readable(methods), (one) => {
      const parameters = parametersOf(readable(one))
      return parameters.length === 0 ? one : { ...readable(one), parameters: parameters.map(referring) }
    }),
  )
  return { paths: changed, parameters: Object.fromEntries([...names].map(([text, name]) => [name, JSON.parse(text)])) }
}

function without(object: Json, names: readonly string[]): Json {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)))
}

function parametersOf(operation: Json): Json[] {
  return z.array(jsonObject).parse(operation['parameters'] ?? [])
}

function mapped(object: Json, change: (value: unknown, key: string) => unknown): Json {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]))
}
