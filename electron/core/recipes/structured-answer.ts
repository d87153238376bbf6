import { answerCheck, type AnswerCheck } from './answer-schema.ts'

/** A JSON Schema as a recipe holds it. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** What Claude answered, as far as a schema goes: the value, or what is wrong with it. */
export type ReadAnswer = { output: unknown } | { faults: string[] }

/** So often a turn is asked for an answer that fits, the first time included. */
export const mostAsks = 3

/** How much of what is wrong Claude is told. */
const mostFaultChars = 4_000
/** Brackets that are never closed cost a look at all that follows. */
const mostUnclosed = 20
/** Of the parts that could be JSON the last ones are looked at. */
const mostParts = 100

/** A prompt that says which JSON is wanted; for a process that was not launched with the schema. */
export function askFor(prompt: string, schema: JsonSchema): string {
  return `${prompt}\n\nAnswer with JSON only, nothing before or after it. It has to fit this JSON Schema:\n\`\`\`json\n${JSON.stringify(schema, null, 2)}\n\`\`\``
}

/** What a turn is followed by in the same conversation when its answer does not fit. */
export function askAgain(faults: readonly string[]): string {
  const list = faults.map((fault) => `- ${fault}`).join('\n')
  return `Your answer does not fit the JSON Schema:\n${list.slice(0, mostFaultChars)}\n\nAnswer again with the whole JSON, corrected, and nothing before or after it.`
}

/** The answer of a turn: what Claude Code gave as structured output, else what stands in the text. */
export function answerOf({ structured, text }: { structured?: unknown; text: string }, schema: JsonSchema): ReadAnswer {
  if (structured === undefined || structured === null) return readAnswer(text, schema)
  const faults = checkOf(schema)(structured)
  return faults.length > 0 ? { faults } : { output: structured }
}

/**
 * Finds the JSON in a text: the whole of it, a fenced block, or a part that is written among words. Of several the last one that fits
 * counts; where none fits, the faults are those of the last one. Throws TypeError for a schema that is none: recipes are checked before.
 */
export function readAnswer(text: string, schema: JsonSchema): ReadAnswer {
  const check = checkOf(schema)
  let first: string[] | null = null
  for (const { value } of valuesIn(text)) {
    const faults = check(value)
    if (faults.length === 0) return { output: value }
    first ??= faults
  }
  return { faults: first ?? ['there is no JSON in the answer'] }
}

/** Compiled once for each schema object: a fan-out has thousands of answers to the same one. */
const checks = new WeakMap<JsonSchema, AnswerCheck>()

function checkOf(schema: JsonSchema): AnswerCheck {
  const known = checks.get(schema)
  if (known) return known
  const made = answerCheck(schema)
  if (typeof made === 'string') throw new TypeError(`This is no JSON Schema: ${made}`)
  checks.set(schema, made)
  return made
}

function* valuesIn(text: string): Generator<{ value: unknown }, void, void> {
  yield* parsed(text.trim())
  const fences = [...text.matchAll(/^[ \t]*(`{3,}|~{3,})[^\n]*\n([\s\S]*?)\n[ \t]*\1[ \t]*$/gm)]
  for (const [, , inside = ''] of fences.toReversed()) yield* parsed(inside)
  for (const part of bracketedIn(text).toReversed()) yield* parsed(part)
}

function* parsed(text: string): Generator<{ value: unknown }, void, void> {
  try {
    yield { value: JSON.parse(text) }
  } catch {
    // Then this part is none.
  }
}

/** The outermost objects and lists of a text, whatever stands between them. */
function bracketedIn(text: string): string[] {
  const found: string[] = []
  let unclosed = 0
  for (let start = 0; start < text.length && unclosed < mostUnclosed; start += 1) {
    if (text[start] !== '{' && text[start] !== '[') continue
    const end = closingOf(text, start)
    if (end < 0) {
      unclosed += 1
      continue
    }
    found.push(text.slice(start, end + 1))
    start = end
  }
  return found.slice(-mostParts)
}

/** Where what opens at `start` is closed; -1 where it never is. */
function closingOf(text: string, start: number): number {
  let depth = 0
  let isText = false
  for (let index = start; index < text.length; index += 1) {
    const sign = text[index]
    if (isText && sign === '\\') index += 1
    else if (sign === '"') isText = !isText
    else if (!isText && (sign === '{' || sign === '[')) depth += 1
    else if (!isText && (sign === '}' || sign === ']')) {
      depth -= 1
      if (depth === 0) return index
    }
  }
  return -1
}
