import { structuredPatch } from 'diff'
import { lineCount } from '../words/clip-text.ts'
import { isRecord, textOf, type ToolInput } from './tool-summary.ts'

export type DiffLine = { kind: 'same' | 'added' | 'removed'; text: string }
/** Lines that stand together; what lies between two hunks is not shown. `beyond` are texts behind them that are not cut into lines yet. */
export type Hunk = { lines: DiffLine[]; beyond?: { kind: DiffLine['kind']; text: string }[] }
export type FileDiff = { path: string; added: number; removed: number; hunks: Hunk[]; whole: boolean }

const context = 3
/** Beyond this the comparison line by line would take too long; then all old lines go and all new ones come. */
const longestCompared = 200_000
/** And beyond these milliseconds, for all edits of a call; less when many large ones are compared at once. */
const longestComparing = 30
const longestOfAll = 60
const leastComparing = 4

/** What an Edit, MultiEdit or Write call changes; null for other tools and for input that is not theirs. */
export function diffOfTool(name: string, input: ToolInput): FileDiff | null {
  if (name !== 'Write' && name !== 'Edit' && name !== 'MultiEdit') return null
  const known = remembered.get(input)
  if (known !== undefined) return known
  const began = performance.now()
  const diff = makeDiff(name, input, began + Math.max(leastComparing, Math.min(longestComparing, longestOfAll - spentMs)))
  remembered.set(input, diff)
  // What follows in the same task of the page has less time left.
  if (spentMs === 0) queueMicrotask(() => (spentMs = 0))
  spentMs += performance.now() - began
  return diff
}

/** How one text became another; the whole of it is new where there was none. */
export function diffOfTexts(path: string, before: string, after: string): FileDiff {
  return summed(path, [compare(before, after, performance.now() + longestComparing)], before === '')
}

/** `+11 −2`, without the side that is nothing. */
export function diffFigures({ added, removed }: Pick<FileDiff, 'added' | 'removed'>): string {
  const parts = [...(added > 0 ? [`+${added}`] : []), ...(removed > 0 ? [`−${removed}`] : [])]
  return parts.length > 0 ? parts.join(' ') : '±0'
}

/** Inputs never change, and comparing texts is dear. */
const remembered = new WeakMap<object, FileDiff | null>()

let spentMs = 0

/** Texts are compared until then. */
function makeDiff(name: 'Write' | 'Edit' | 'MultiEdit', input: ToolInput, until: number): FileDiff | null {
  const path = textOf(input, 'file_path')
  if (path === null) return null
  if (name === 'Write') return typeof input['content'] === 'string' ? summed(path, [replaced('', input['content'])], true) : null
  if (name === 'Edit') {
    const hunks = hunksOf(input, until)
    return hunks ? summed(path, [hunks], false) : null
  }
  if (!Array.isArray(input['edits'])) return null
  const parts = input['edits'].map((edit: unknown) => (isRecord(edit) ? hunksOf(edit, until) : null))
  return summed(
    path,
    parts.flatMap((part) => (part ? [part] : [])),
    false,
  )
}

function hunksOf(edit: ToolInput, until: number): Hunk[] | null {
  const before = edit['old_string']
  const after = edit['new_string']
  return typeof before === 'string' && typeof after === 'string' ? compare(before, after, until) : null
}

function compare(before: string, after: string, until: number): Hunk[] {
  const timeout = until - performance.now()
  if (before.length + after.length > longestCompared || before === '' || after === '' || timeout < 1) return replaced(before, after)
  const patch = structuredPatch('', '', withFinalBreak(before), withFinalBreak(after), '', '', { context, timeout })
  // Only line breaks at the end differ, or the comparison took too long.
  if (!patch || (patch.hunks.length === 0 && before !== after)) return replaced(before, after)
  return patch.hunks.map((hunk) => ({ lines: hunk.lines.filter((text) => !text.startsWith('\\')).map(parsed) }))
}

function replaced(before: string, after: string): Hunk[] {
  const beyond = [
    ...(before === '' ? [] : [{ kind: 'removed' as const, text: withoutFinalBreak(before) }]),
    ...(after === '' ? [] : [{ kind: 'added' as const, text: withoutFinalBreak(after) }]),
  ]
  const all = before.length + after.length
  if (all > longestCompared) return [{ lines: [], beyond }]
  const lines = beyond.flatMap(({ kind, text }) => text.split('\n').map((one) => line(kind, one)))
  return lines.length > 0 ? [{ lines }] : []
}

function parsed(text: string): DiffLine {
  const kind = text.startsWith('+') ? 'added' : text.startsWith('-') ? 'removed' : 'same'
  return line(kind, text.slice(1))
}

function line(kind: DiffLine['kind'], text: string): DiffLine {
  return { kind, text }
}

function withoutFinalBreak(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text
}

/** Pieces of a file seldom end in a line break; without one the last line would always count as changed. */
function withFinalBreak(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}

function summed(path: string, parts: Hunk[][], whole: boolean): FileDiff {
  const hunks = parts.flat()
  const counts = { same: 0, added: 0, removed: 0 }
  for (const { lines, beyond = [] } of hunks) {
    for (const { kind } of lines) counts[kind] += 1
    for (const { kind, text } of beyond) counts[kind] += lineCount(text)
  }
  return { path, added: counts.added, removed: counts.removed, hunks, whole }
}
