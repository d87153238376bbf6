import type { Approval } from '../../../shared/domain/approval.ts'
import { isRecord, summarizeTool, textOf, type Places } from '../../tools/tool-summary.ts'
import { shortPath } from '../../words/figures.ts'
import { diffOfTool } from '../../tools/edit-diff.ts'
import { hasUnseen, visibleText } from '../../ui/visible-characters.ts'

/** What a question is about, in one sentence. */
export function approvalTitle({ tool, input, folder }: Pick<Approval, 'tool' | 'input' | 'folder'>, places: Places): string {
  if (tool === 'Bash' || tool === 'PowerShell')
    return `Run a command in ${visibleText(folderWords(folder === undefined ? places : { ...places, cwd: folder }))}?`
  const { ask, object, objectStyle } = summarizeTool(tool, input, places)
  if (object === null || (objectStyle === 'code' && !/^(Edit|MultiEdit|Write|Read|NotebookEdit|WebFetch)$/.test(tool))) return `${ask}?`
  return `${ask} ${object}?`
}

/** The part of the input that says what will run: a command, or what is written; or all of it, as fields. */
export type ApprovalBody =
  | { kind: 'command'; command: string; note: string | null }
  | { kind: 'diff'; note: string | null }
  | { kind: 'fields' }

/** How the input of a question is shown. Anything that is not understood fully is shown as it is. */
export function approvalBody({ tool, input }: Pick<Approval, 'tool' | 'input'>): ApprovalBody {
  const command = textOf(input, 'command')
  if ((tool === 'Bash' || tool === 'PowerShell') && command !== null) {
    const known = new Set(['command', 'description', 'timeout', 'run_in_background', 'dangerouslyDisableSandbox'])
    const isUnderstood = Object.keys(input).every((key) => known.has(key))
    if (isUnderstood) return { kind: 'command', command, note: commandNote(input) }
  }
  if (diffOfTool(tool, input) !== null && isPlainEdit(input))
    return { kind: 'diff', note: input['replace_all'] === true ? 'every occurrence' : null }
  return { kind: 'fields' }
}

/** What may be read between the lines: worth a look before it is allowed. */
export function approvalWarnings({ input, facts }: Pick<Approval, 'input'> & { facts?: Approval['facts'] }): string[] {
  return [
    ...(someText(input, hasUnseen) ? ['Contains invisible characters. They are spelled out and marked.'] : []),
    ...(facts?.defaultToNo ? ['Claude Code advises against allowing this without a closer look.'] : []),
    ...(facts?.suppressAlwaysAllow ? ['Claude Code always asks about this; it can’t be allowed permanently.'] : []),
  ]
}

function commandNote(input: Record<string, unknown>): string | null {
  const parts: string[] = []
  if (input['dangerouslyDisableSandbox'] === true) parts.push('runs outside the sandbox')
  if (input['run_in_background'] === true) parts.push('runs in the background')
  if (typeof input['timeout'] === 'number') parts.push(`times out after ${Math.round(input['timeout'] / 1000)} s`)
  return parts.length > 0 ? parts.join(' · ') : null
}

function isPlainEdit(input: Record<string, unknown>): boolean {
  const known = new Set(['file_path', 'old_string', 'new_string', 'replace_all', 'content', 'edits'])
  return Object.keys(input).every((key) => known.has(key))
}

function folderWords({ cwd, home }: Places): string {
  return cwd ? withFinalSlash(shortPath(cwd, { home: home ?? null })) : 'its folder'
}

function withFinalSlash(path: string): string {
  return /[\\/]$/.test(path) ? path : `${path}${path.includes('\\') ? '\\' : '/'}`
}

function someText(value: unknown, test: (text: string) => boolean): boolean {
  if (typeof value === 'string') return test(value)
  if (Array.isArray(value)) return value.some((entry) => someText(entry, test))
  return isRecord(value) && Object.entries(value).some(([key, entry]) => test(key) || someText(entry, test))
}
