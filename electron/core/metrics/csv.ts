import type { Series } from '../../../shared/contract/metrics.ts'
import { measureNames, measureOf, type MeasureName } from '../../../shared/domain/measures.ts'
import { phases, type TurnRecord } from '../../../shared/domain/metrics.ts'

/** `cut`: there are more rows, which come later in the order; `older`: turns of which only sums are kept are left out. */
export type Csv = { filename: string; csv: string; cut: boolean; older: boolean }
type Cell = string | number | boolean | null

type TurnColumn = [name: string, of: (turn: TurnRecord) => Cell]

const turnColumns: TurnColumn[] = [
  ['at', (turn) => turn.at],
  ['turn', (turn) => turn.id],
  ['conversation', (turn) => turn.conversationId],
  ['session', (turn) => turn.sessionId],
  ['history', (turn) => turn.history],
  ['instance', (turn) => turn.instanceId],
  ['folder', (turn) => turn.folder],
  ['model', (turn) => turn.model],
  ['source', (turn) => turn.source],
  ['target', (turn) => turn.target],
  ['strategy', (turn) => turn.strategy],
  ['affinity_hit', (turn) => turn.affinityHit],
  ['origin', (turn) => turn.origin],
  ['outcome', (turn) => turn.outcome],
  ['error', (turn) => turn.error],
  ...phases.map((phase): TurnColumn => [`${phase}_ms`, (turn) => turn.phases[phase]]),
  ...measureNames.flatMap(columnOf),
]

function columnOf(name: MeasureName): TurnColumn[] {
  const { csv, read } = measureOf(name)
  const value = csv?.value ?? read
  return csv ? [[csv.name, (turn) => value({ ...turn, turns: 1, neverBegan: 0 })]] : []
}

/** One line for each turn; what is not known is an empty cell. */
export function csvOfTurns(turns: readonly TurnRecord[], missing: { rows: boolean; older: boolean }): Csv {
  const head = turnColumns.map(([name]) => name)
  const rows = turns.map((turn) => turnColumns.map(([, of]) => of(turn)))
  return { filename: 'bullpen-turns.csv', csv: csvOf(head, rows), cut: missing.rows, older: missing.older }
}

/** One line for each bucket of each group. */
export function csvOfSeries({ at, groups }: Series): Csv {
  const [first] = groups
  const asked = phases.filter((phase) => first?.columns.phases[phase])
  const sums = measureNames.filter((name) => name !== 'turns')
  const plain = ['turns', 'done', 'failed', 'interrupted', 'lost', ...sums, 'affinityHits', 'affinityKnown', 'savedMs'] as const
  const head = ['at', 'group', ...plain, ...asked.flatMap((phase) => ['p50', 'p95', 'p99'].map((name) => `${phase}_${name}_ms`))]
  const rows = groups.flatMap(({ key, rest, columns }) =>
    at.map((time, bucket) => [
      new Date(time).toISOString(),
      rest ? 'others' : key,
      ...plain.map((name) => columns[name][bucket] ?? null),
      ...asked
        .flatMap((phase) => [columns.phases[phase]?.p50, columns.phases[phase]?.p95, columns.phases[phase]?.p99])
        .map((values) => values?.[bucket] ?? null),
    ]),
  )
  return { filename: 'bullpen-metrics.csv', csv: csvOf(head, rows), cut: false, older: false }
}

function csvOf(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return `${[head, ...rows].map((row) => row.map(cellOf).join(',')).join('\r\n')}\r\n`
}

/** A word that a spreadsheet would take for a formula is made a plain one. */
function cellOf(value: Cell): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const plain = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
