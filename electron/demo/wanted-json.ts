import { readDirectives, type Directives } from './directives.ts'
import { jsonSchema, madeUp } from './made-up.ts'
import type { Situation } from './request.ts'

/** The tool that Claude Code gives a model whose answer has to fit a schema. */
export const answerTool = 'StructuredOutput'

const schemaInPrompt = /\bJSON Schema\b[^\n]*\n+```json\n([\s\S]*?)\n```/g
const askedAgain = /^Your answer does not fit the JSON Schema/

/** The answer as JSON, where the prompt, or the one before that is asked again, says which JSON it wants; else null. */
export function jsonAnswer(situation: Situation, directives: Directives, place: () => number): string | null {
  const wanted = wantedIn(situation, directives)
  if (wanted === null) return null
  const said = wanted.directives.answers[wanted.asks]
  return said ?? JSON.stringify(fitting(wanted.schema, { ...wanted, place: place() }), null, 2)
}

/** What the tool for answers is called with: the `asks`-th time, counting from 0. */
export function toolAnswer(
  { prompt, answerSchema }: Situation,
  directives: Directives,
  asks: { asks: number; place: number },
): Record<string, unknown> {
  const said = jsonSchema.safeParse(parsed(directives.answers[asks.asks] ?? '')).data
  const made = jsonSchema.safeParse(fitting(answerSchema, { prompt, directives, place: asks.place })).data
  return said ?? made ?? {}
}

type Wanted = { schema: unknown; prompt: string; directives: Directives; asks: number }

function wantedIn({ prompt, earlier }: Situation, directives: Directives): Wanted | null {
  if (!askedAgain.test(prompt)) {
    const schema = schemaOf(prompt)
    return schema === null ? null : { schema, prompt, directives, asks: 0 }
  }
  const first = earlier.findLastIndex((text) => schemaOf(text) !== null)
  const text = earlier[first]
  const asks = earlier.length - first
  return text === undefined ? null : { schema: schemaOf(text), prompt: text, directives: readDirectives(text), asks }
}

function schemaOf(prompt: string): unknown {
  const last = [...prompt.matchAll(schemaInPrompt)].at(-1)?.[1]
  return last === undefined ? null : parsed(last)
}

/** A vote as the prompt has it, a ranking of the answers in it, or anything that fits. */
function fitting(schema: unknown, { prompt, directives, place }: Omit<Wanted, 'schema' | 'asks'> & { place: number }): unknown {
  const made = madeUp(schema)
  const fields = jsonSchema.safeParse(made).data ?? {}
  const vote = voteOf(directives, place)
  if ('choice' in fields && vote !== null) return { ...fields, choice: vote, reason: `Somebody asked the demo model to vote for ${vote}.` }
  return 'ranking' in fields ? { ...fields, ...rankingIn(prompt, directives.flip) } : made
}

/** The first who is asked votes first. */
export function voteOf({ votes }: Directives, place: number): string | null {
  return votes[place % Math.max(1, votes.length)] ?? null
}

/** By their first letters, so that the place of an answer decides nothing; or by nothing else. */
function rankingIn(prompt: string, byPlace: boolean): { ranking: number[]; agreeing: number[] } {
  const answers = [...prompt.matchAll(/<answer number="(\d+)">\n([\s\S]*?)\n<\/answer>/g)].map(([, number, text = '']) => ({
    number: Number(number),
    text,
  }))
  const order = byPlace ? answers : answers.toSorted((a, b) => (a.text < b.text ? -1 : 1))
  const agreeing = order.filter(({ text }) => text === order[0]?.text)
  return { ranking: order.map(({ number }) => number), agreeing: agreeing.map(({ number }) => number) }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}
