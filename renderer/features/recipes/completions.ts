import { fieldsAt, valuesAt } from '../../../shared/domain/recipe-fields.ts'
import { inputNamesIn, stepIdsIn } from './names-in.ts'
import { pathAt } from './path-at.ts'

/** What a recipe may name besides what stands in it. */
export type Known = { instances: readonly string[]; recipes: readonly string[] }

export type Offer = { label: string; kind: 'field' | 'value' | 'name' | 'filter'; insert?: string }

/** What may stand at a place of a recipe: `from` there on it is replaced. */
export type Offers = { from: number; offers: readonly Offer[] }

const roots = ['inputs', 'steps', 'item', 'index', 'state', 'trigger', 'run']
const stepFields = ['text', 'output', 'texts', 'outputs', 'items', 'state', 'message', 'attempts', 'costUsd', 'error']
const filters = [
  'join',
  'default',
  'size',
  'first',
  'last',
  'split',
  'uniq',
  'sort',
  'reverse',
  'slice',
  'strip',
  'truncate',
  'upcase',
  'downcase',
]

/** Fields of a map, names in a template, values of a field: whatever may be written at `at`. */
export function offersAt(text: string, at: number, known: Known): Offers | null {
  const before = text.slice(0, at)
  const line = before.slice(before.lastIndexOf('\n') + 1)
  const template = openTemplate(before)
  if (template !== null) return inTemplate(template, text, at)
  const path = pathAt(text, at)
  const value = /(?:^|[\s{,[])"?([\w-]+)"?:\s+(?:\[(?:[^\]{}]*,)?\s*)?"?([^\s"'{}[\],]*)$/.exec(line)
  if (value) return ofValue({ field: value[1] ?? '', word: value[2] ?? '', path, text, at, known })
  const field = /(?:^\s*(?:-\s+)*|[{,]\s*)([\w-]*)$/.exec(line)
  if (!field) return null
  const word = field[1] ?? ''
  return offersFrom(at - word.length, fieldsAt(path), (label) => ({ label, kind: 'field', insert: `${label}: ` }))
}

/** What stands in a `{{` that is not closed yet. */
function openTemplate(before: string): string | null {
  const start = Math.max(before.lastIndexOf('{{'), before.lastIndexOf('{%'))
  if (start < 0) return null
  const inside = before.slice(start + 2)
  return inside.length > 2_000 || /\}\}|%\}/.test(inside) ? null : inside
}

function inTemplate(inside: string, text: string, at: number): Offers | null {
  const filter = /\|\s*(\w*)$/.exec(inside)
  if (filter) return offersFrom(at - (filter[1] ?? '').length, filters, (label) => ({ label, kind: 'filter' }))
  const written = /[\w.-]*$/.exec(inside)?.[0] ?? ''
  const parts = written.split('.')
  const word = parts.pop() ?? ''
  return offersFrom(at - word.length, namesAfter(parts, text), (label) => ({ label, kind: 'name' }))
}

function namesAfter(parts: readonly string[], text: string): readonly string[] {
  const [root, step] = parts
  if (root === undefined) return roots
  if (root === 'inputs') return parts.length === 1 ? inputNamesIn(text) : []
  if (root !== 'steps') return []
  if (step === undefined) return stepIdsIn(text)
  return parts.length === 2 ? stepFields : []
}

type Value = { field: string; word: string; path: readonly string[]; text: string; at: number; known: Known }

function ofValue({ field, word, path, text, at, known }: Value): Offers | null {
  const names = (labels: readonly string[]) => offersFrom(at - word.length, labels, (label) => ({ label, kind: 'name' }))
  if (field === 'instance') return names(known.instances)
  if (field === 'run') return names(known.recipes)
  if (field === 'needs') return names(stepIdsIn(text))
  if (field === 'context') return names(['fresh', 'run', ...stepIdsIn(text).map((id) => `step:${id}`)])
  return offersFrom(at - word.length, valuesAt([...path, field]), (label) => ({ label, kind: 'value' }))
}

function offersFrom(from: number, labels: readonly string[], offer: (label: string) => Offer): Offers | null {
  return labels.length === 0 ? null : { from, offers: labels.map(offer) }
}
