import { z } from 'zod'
import { demoWorkflow } from './dialogs.ts'
import { numberOr } from './numbers.ts'

export type QuestionKind = 'one' | 'many' | 'preview' | 'hostile'
export type PlanKind = 'usual' | 'long' | 'missing'

/** One tool call that a prompt asks for. */
export type Step =
  | { tool: 'bash'; command: string; inBackground?: boolean }
  | { tool: 'read'; path: string }
  | { tool: 'write'; path: string; text: string }
  | { tool: 'edit'; path: string }
  | { tool: 'agent'; task: string }
  | { tool: 'question'; kind: QuestionKind }
  | { tool: 'mcp'; server: string; name: string; input: Record<string, unknown> }
  | { tool: 'plan'; part: 'enter' | 'write' | 'exit'; kind: PlanKind }
  /** A list of three, the first of it done and the second begun. */
  | { tool: 'todo'; part: 'note' | 'begin' | 'end' | 'list'; place: number }
  | { tool: 'notebook'; path: string; part: 'write' | 'edit' | 'insert' }
  /** Any other tool, by its name. */
  | { tool: 'call'; name: string; input: Record<string, unknown> }

/** The steps that a word in brackets asks for; null when it asks for none. */
export function stepsOf(name: string, value: string): Step[] | null {
  return makers.get(name)?.(value) ?? null
}

type Maker = (value: string) => Step[] | null

const makers: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ['bash', (command) => (command === '' ? null : [{ tool: 'bash', command }])],
  ['background', (command) => (command === '' ? null : [{ tool: 'bash', command, inBackground: true }])],
  ['read', (path) => [{ tool: 'read', path: path || 'notes.md' }]],
  [
    'edit',
    (path) => [
      { tool: 'read', path: path || 'notes.md' },
      { tool: 'edit', path: path || 'notes.md' },
    ],
  ],
  ['write', writeSteps],
  ['tools', toolsSteps],
  ['agent', (task) => [{ tool: 'agent', task: task || 'Look at the files here and say in two sentences what they are for.' }]],
  ['question', (kind) => [{ tool: 'question', kind: questionKinds.catch('one').parse(kind) }]],
  ['plan', (kind) => planSteps(planKinds.catch('usual').parse(kind))],
  ['todo', todoSteps],
  ['search', (query) => (query === '' ? null : [{ tool: 'call', name: 'WebSearch', input: { query } }])],
  ['fetch', (url) => (url === '' ? null : [{ tool: 'call', name: 'WebFetch', input: { url, prompt: 'What does this page say?' } }])],
  ['skill', (skill) => (skill === '' ? null : [{ tool: 'call', name: 'Skill', input: { skill } }])],
  ['monitor', monitorSteps],
  ['wake', wakeSteps],
  ['cron', cronSteps],
  ['workflow', () => [{ tool: 'call', name: 'Workflow', input: { script: demoWorkflow } }]],
  ['notebook', notebookSteps],
  ['mcp', mcpSteps],
  ['call', callSteps],
])

const questionKinds = z.enum(['one', 'many', 'preview', 'hostile'])
const planKinds = z.enum(['usual', 'long', 'missing'])

function writeSteps(value: string): Step[] {
  const [path = '', ...words] = value.split(' ')
  return [{ tool: 'write', path: path || 'draft.md', text: `${words.join(' ') || 'A draft by the demo model.'}\n` }]
}

function toolsSteps(value: string): Step[] {
  const count = Math.min(50, numberOr(value, 3))
  const steps: Step[] = []
  for (let index = 1; index <= count; index += 1) steps.push({ tool: 'bash', command: `echo step ${index}` })
  return steps
}

function planSteps(kind: PlanKind): Step[] {
  const parts = kind === 'missing' ? (['enter', 'exit'] as const) : (['enter', 'write', 'exit'] as const)
  return parts.map((part) => ({ tool: 'plan', part, kind }))
}

function todoSteps(): Step[] {
  const parts = ['note', 'note', 'note', 'begin', 'end', 'begin', 'list'] as const
  const places = [0, 1, 2, 0, 0, 1, 0]
  return parts.map((part, index) => ({ tool: 'todo', part, place: places[index] ?? 0 }))
}

function monitorSteps(command: string): Step[] | null {
  if (command === '') return null
  return [{ tool: 'call', name: 'Monitor', input: { description: command.slice(0, 60), timeout_ms: 60_000, command } }]
}

/** `[wake: 60 look at the build again]`. */
function wakeSteps(value: string): Step[] {
  const [, seconds = '', reason = ''] = /^(\d*)\s*([\s\S]*)$/.exec(value) ?? []
  const input = { delaySeconds: numberOr(seconds, 60), reason: reason || 'look again', prompt: reason || 'Look again' }
  return [{ tool: 'call', name: 'ScheduleWakeup', input }]
}

/** `[cron: 0 9 * * * say good morning]`. */
function cronSteps(value: string): Step[] | null {
  const [, cron, prompt] = /^((?:\S+ ){4}\S+)\s+([\s\S]+)$/.exec(value) ?? []
  return cron === undefined ? null : [{ tool: 'call', name: 'CronCreate', input: { cron, prompt, recurring: true } }]
}

function notebookSteps(value: string): Step[] {
  const path = value || 'prices.ipynb'
  return (['write', 'edit', 'insert'] as const).map((part) => ({ tool: 'notebook', path, part }))
}

/** `[mcp: server tool]` or `[mcp: server tool {"argument": 1}]`. */
function mcpSteps(value: string): Step[] | null {
  const [, server, name, json = ''] = /^(\S+) (\S+)\s*([\s\S]*)$/.exec(value) ?? []
  if (server === undefined || name === undefined) return null
  return [{ tool: 'mcp', server, name, input: inputOf(json) }]
}

/** `[call: Name {"argument": 1}]`. */
function callSteps(value: string): Step[] | null {
  const [, name, json = ''] = /^(\w+)\s*([\s\S]*)$/.exec(value) ?? []
  return name === undefined ? null : [{ tool: 'call', name, input: inputOf(json) }]
}

const inputSchema = z.record(z.string(), z.unknown())

function inputOf(json: string): Record<string, unknown> {
  try {
    return inputSchema.safeParse(JSON.parse(json)).data ?? {}
  } catch {
    return {}
  }
}
