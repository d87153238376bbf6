import { withoutDiff } from './commit-message.ts'
import { numberOr } from './numbers.ts'
import { stepsOf, type Step } from './steps.ts'

/** How a request goes wrong: with a status, by a cut stream, or by silence. `times`: so many requests, then it goes well. */
export type Failure =
  | { kind: 'status'; status: number; times: number }
  | { kind: 'cut'; times: number }
  | { kind: 'silence' }
  /** The first session with this prompt fails for good; the next one that says the same goes well. */
  | { kind: 'flaky'; status: number }
  /**
   * The account's usage limit, with a reset so many seconds later; after that it goes well. `after`: so many tools run before it is met;
   * `all`: then every other request meets it too.
   */
  | { kind: 'limit'; seconds: number; after: number; all: boolean }

export type Directives = {
  /** Seconds before the first token. */
  slow: number
  /** Tokens a second; 0: as fast as they can be written. */
  rate: number
  /** Words of the answer; null: as many as it has. */
  long: number | null
  markdown: boolean
  think: boolean
  /** Seconds of silence in the middle of the answer. */
  stall: number
  steps: Step[]
  failure: Failure | null
  echo: string | null
  image: boolean
  count: boolean
  remember: string | null
  recall: boolean
  /** How much of the plan is used, in percent: of its five hours, and of its week. */
  planUsed: { fiveHours: number; week: number } | null
  /** Says which model, effort and speed the request was sent with. */
  settings: boolean
  /** What those who are asked the same vote for, one after the other. */
  votes: string[]
  /** Where JSON is wanted: the first answer, the next one when it is asked for again, and so on. */
  answers: string[]
  /** Ranks answers as they stand. */
  flip: boolean
}

const usualRate = 80
const always = Number.POSITIVE_INFINITY

/** Reads what a prompt asks of the demo model: words in square brackets, such as `[bash: ls -la] [rate 100]`. */
export function readDirectives(prompt: string): Directives {
  const found: Directives = {
    slow: 0,
    rate: usualRate,
    long: null,
    markdown: false,
    think: false,
    stall: 0,
    steps: [],
    failure: null,
    echo: null,
    image: false,
    count: false,
    remember: null,
    recall: false,
    planUsed: null,
    settings: false,
    votes: [],
    answers: [],
    flip: false,
  }
  for (const { name, value, hasColon } of wordsIn(withoutDiff(prompt))) {
    if (!take(found, name, value, hasColon)) found.steps.push(...(stepsOf(name, value) ?? []))
  }
  return found
}

type Word = { name: string; value: string; hasColon: boolean }

/** Words in square brackets; neither an index such as `list[read]` nor a link such as `[read](notes.md)` is one. */
function* wordsIn(prompt: string): Generator<Word> {
  for (let start = prompt.indexOf('['); start >= 0; start = prompt.indexOf('[', start + 1)) {
    const end = closingOf(prompt, start)
    if (end < 0 || /[\w\])]/.test(prompt[start - 1] ?? '') || prompt[end + 1] === '(') continue
    const [, name, colon, value = ''] = /^([a-z]+|\d{3})(?:(:)|\s|$)\s*([\s\S]*)$/.exec(prompt.slice(start + 1, end)) ?? []
    if (name === undefined) continue
    yield { name, value: value.trim(), hasColon: colon !== undefined }
    start = end
  }
}

/** Where a bracket is closed, counting those within, which commands have; the first that could close it when they do not match. */
function closingOf(prompt: string, start: number): number {
  let depth = 0
  for (let index = start; index < prompt.length; index += 1) {
    if (prompt[index] === '[') depth += 1
    if (prompt[index] === ']') depth -= 1
    if (depth === 0) return index
  }
  return prompt.indexOf(']', start)
}

/** True when `name` says how to answer. */
function take(found: Directives, name: string, value: string, hasColon: boolean): boolean {
  switch (name) {
    case 'slow':
      found.slow = numberOr(value, 3)
      return true
    case 'rate':
      found.rate = numberOr(value, usualRate)
      return true
    case 'long':
      found.long = Math.min(100_000, numberOr(value, 500))
      return true
    case 'stall':
      found.stall = numberOr(value, 40)
      return true
    case 'used': {
      const [fiveHours = '', week = ''] = value.split(' ')
      found.planUsed = { fiveHours: numberOr(fiveHours, 50), week: numberOr(week, 20) }
      return true
    }
    case 'markdown':
    case 'think':
    case 'image':
    case 'count':
    case 'recall':
    case 'settings':
    case 'flip':
      found[name] = true
      return true
    case 'vote':
      if (hasColon) found.votes.push(...value.split(',').map((vote) => vote.trim()))
      return true
    case 'answer':
      if (hasColon) found.answers.push(value)
      return true
    case 'echo':
    case 'remember':
      if (hasColon) found[name] = value
      return true
    default:
      found.failure = failureOf(name, value) ?? found.failure
      return failureOf(name, value) !== null
  }
}

function failureOf(name: string, value: string): Failure | null {
  if (name === 'silence') return { kind: 'silence' }
  if (name === 'flaky') return { kind: 'flaky', status: numberOr(value, 529) }
  if (name === 'limit') {
    const [, after = '0'] = /after (\d+)/.exec(value) ?? []
    return { kind: 'limit', seconds: numberOr(value, 5), after: Number(after), all: /\ball\b/.test(value) }
  }
  if (name === 'cut') return { kind: 'cut', times: value === 'always' ? always : numberOr(value, 1) }
  if (['400', '401', '403', '404', '413', '429', '500', '502', '529'].includes(name)) {
    return { kind: 'status', status: Number(name), times: numberOr(value, always) }
  }
  return null
}
