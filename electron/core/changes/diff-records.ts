import { zeroFields } from '../git/fields.ts'
import { toTreePath } from '../git/tree-path.ts'
import type { TreePath } from '../../../shared/domain/changes.ts'
import type { TreeEntry } from '../snapshots/snapshot.ts'

/** One path of a difference between two trees, renames found. */
export type DiffRecord = {
  path: TreePath
  /** Where it was, for a rename. */
  from: TreePath | null
  old: TreeEntry | null
  new: TreeEntry | null
  /** Lines; null for what has none. */
  added: number | null
  removed: number | null
  /** Git has not counted: with white space left out nothing differs. */
  isUncounted: boolean
}

/** What git is asked for: objects and counts, and nothing that a configuration of the user's could change. */
export const recordArguments = [
  '-r',
  '-z',
  '-M',
  '-l500',
  '--raw',
  '--numstat',
  '--no-abbrev',
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--diff-algorithm=myers',
  '--ignore-submodules=dirty',
]

const rawLine = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*$/
const countLine = /^(\d+|-)\t(\d+|-)\t/

/** What git answers with `--raw --numstat -z`, in the order of the paths. */
export function readRecords(output: Buffer): DiffRecord[] {
  const fields = zeroFields(output)
  const records = new Map<TreePath, DiffRecord>()
  for (let at = 0; at < fields.length; at += 1) {
    const field = fields[at] ?? Buffer.alloc(0)
    const raw = field[0] === 0x3a ? rawLine.exec(field.toString('latin1')) : null
    if (raw !== null) {
      const [, oldMode = '', newMode = '', oldObject = '', newObject = '', status] = raw
      const isMoved = status === 'R' || status === 'C'
      const first = fields[at + 1] ?? Buffer.alloc(0)
      const path = toTreePath(isMoved ? (fields[at + 2] ?? first) : first)
      at += isMoved ? 2 : 1
      if (status === 'U') continue
      records.set(path, {
        path,
        from: status === 'R' ? toTreePath(first) : null,
        old: entry(oldMode, oldObject),
        new: entry(newMode, newObject),
        added: 0,
        removed: 0,
        isUncounted: true,
      })
      continue
    }
    at = takeCounts(records, fields, at)
  }
  return [...records.values()]
}

/** Answers the place of its last field. */
function takeCounts(records: Map<TreePath, DiffRecord>, fields: readonly Buffer[], at: number): number {
  const field = fields[at] ?? Buffer.alloc(0)
  // The path may be anything, so only the beginning is read as text.
  const found = countLine.exec(field.toString('latin1', 0, 64))
  if (found === null) return at
  const [all, added = '-', removed = '-'] = found
  const own = field.subarray(all.length)
  const isMoved = own.length === 0
  const record = records.get(toTreePath(isMoved ? (fields[at + 2] ?? own) : own))
  if (record) {
    record.isUncounted = false
    record.added = added === '-' ? null : Number(added)
    record.removed = removed === '-' ? null : Number(removed)
  }
  return isMoved ? at + 2 : at
}

function entry(mode: string, object: string): TreeEntry | null {
  return mode === '000000' ? null : { mode, object }
}
