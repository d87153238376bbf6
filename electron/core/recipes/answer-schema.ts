import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'

/** Checks an answer; the faults in words, none where it fits. */
export type AnswerCheck = (answer: unknown) => string[]

const mostNamed = 8

/**
 * A check made from a JSON Schema (2020-12; formats are notes and are not checked). A text instead of one says why the schema is none.
 * Nothing is fetched: a schema may refer to its own parts only.
 */
export function answerCheck(schema: Readonly<Record<string, unknown>>): AnswerCheck | string {
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false, logger: false })
  try {
    const validate = ajv.compile(schema)
    return (answer) => (validate(answer) ? [] : (validate.errors ?? []).slice(0, mostNamed).map(wordsOf))
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown)
  }
}

function wordsOf({ instancePath, message, params }: ErrorObject): string {
  const where = instancePath === '' ? 'the answer' : instancePath.slice(1).replaceAll('/', '.')
  const more = Object.entries(params).flatMap(([name, value]) =>
    name === 'additionalProperty' || name === 'allowedValues' ? [JSON.stringify(value)] : [],
  )
  return [where, message ?? 'does not fit', ...more].join(' ')
}
