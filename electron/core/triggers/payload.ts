import { z } from 'zod'
import { Template, TemplateFault } from '../recipes/templates.ts'

const listSchema = z.array(z.unknown())

export type Payload = Record<string, unknown>

const longestText = 2_000
const longestList = 1_000
const deepest = 8
const mostChars = 100_000
const shownChars = 4_000

/** As it is kept: long texts and lists are cut. */
export function kept(payload: Payload): Payload {
  const cut = shortened(payload, { text: longestText, list: longestList })
  return JSON.stringify(cut).length <= mostChars ? cut : shown(cut)
}

/** As lists show it. */
export function shown(payload: Payload): Payload {
  for (const limit of [longestList, 100, 20, 3]) {
    const cut = shortened(payload, { text: limit * 2, list: limit })
    if (JSON.stringify(cut).length <= shownChars) return cut
  }
  return { cut: true }
}

function shortened(payload: Payload, most: { text: number; list: number }): Payload {
  const fields = Object.entries(payload).slice(0, most.list)
  return Object.fromEntries(fields.map(([name, value]) => [name, cutValue(value, most, deepest)]))
}

function cutValue(value: unknown, most: { text: number; list: number }, depth: number): unknown {
  if (typeof value === 'string') return value.length > most.text ? `${value.slice(0, most.text)}…` : value
  if (typeof value !== 'object' || value === null) return value
  if (depth === 0) return '…'
  if (Array.isArray(value)) return value.slice(0, most.list).map((one: unknown) => cutValue(one, most, depth - 1))
  const fields = Object.entries(value).slice(0, most.list)
  return Object.fromEntries(fields.map(([name, one]) => [name, cutValue(one, most, depth - 1)]))
}

/** What two firings have to say that become one: paths and commits of both, else the newer. */
export function merged(older: Payload, newer: Payload): Payload {
  const both = { ...newer }
  for (const name of ['paths', 'added', 'changed', 'removed', 'commits']) {
    const [a, b] = [listSchema.safeParse(older[name]).data, listSchema.safeParse(newer[name]).data]
    if (a && b) both[name] = [...new Map([...b, ...a].map((one) => [JSON.stringify(one), one])).values()]
  }
  if (typeof older['from'] === 'string' && typeof newer['from'] === 'string') both['from'] = older['from']
  if (Array.isArray(both['paths'])) both['count'] = both['paths'].length
  return both
}

/** The inputs of a run, filled in from what the trigger has to say. Throws TemplateFault. */
export function filledInputs(inputs: Record<string, unknown>, payload: Payload): Record<string, unknown> {
  const scope = { trigger: payload }
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, filled(value, scope)]))
}

function filled(value: unknown, scope: object): unknown {
  if (typeof value === 'string') return isTemplate(value) ? new Template(value).value(scope) : value
  if (Array.isArray(value)) return value.map((one: unknown) => filled(one, scope))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, filled(one, scope)]))
}

/** What is wrong with the templates of these inputs, and with which; null where nothing is. */
export function inputFault(inputs: Record<string, unknown>): { field: string; message: string } | null {
  for (const [name, value] of Object.entries(inputs)) {
    const message = faultOf(value)
    if (message !== null) return { field: `inputs.${name}`, message }
  }
  return null
}

function faultOf(value: unknown): string | null {
  if (typeof value === 'string') return isTemplate(value) ? templateFault(value) : null
  if (typeof value !== 'object' || value === null) return null
  for (const one of Object.values(value)) {
    const fault = faultOf(one)
    if (fault !== null) return fault
  }
  return null
}

function templateFault(text: string): string | null {
  try {
    const stranger = new Template(text).references.find(({ path }) => path[0] !== 'trigger')
    if (stranger === undefined) return null
    return `“${stranger.path.join('.')}” is not known here. A trigger’s inputs know “trigger”, such as {{ trigger.paths }}.`
  } catch (thrown) {
    if (thrown instanceof TemplateFault) return thrown.message
    throw thrown
  }
}

/** Whether a text is filled in when it is needed. */
export function isTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%')
}
