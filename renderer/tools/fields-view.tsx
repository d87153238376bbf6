import { memo, useEffect, useMemo, useState, type CSSProperties } from 'react'
import { breakableText } from '../markdown/breakable-text.tsx'
import { VisibleSegments } from '../ui/visible-text.tsx'
import { moreThan, sizeWords, type TextLimit } from '../words/clip-text.ts'
import { plural } from '../words/figures.ts'
import { fieldRows, type FieldRow, type FieldRows } from './field-rows.ts'
import './fields-view.css'

type FieldsViewProps = {
  /** What a tool is given, or what it answered: a record, a list or a plain value of JSON. */
  value: unknown
  /** What they are, such as "The input". */
  label: string
  /** Shown at first. */
  first?: TextLimit
  /** Told whether something of it is not shown. */
  onHidden?: ((hidden: boolean) => void) | undefined
}

const firstFields: TextLimit = { lines: 24, characters: 1_600 }
/** A little more than that is shown whole. */
const spare = 1.3
const mostAtOnce = 100_000

/** Any value as readable fields: nested, exact, bounded. What cannot be seen is spelled out, and what is not shown is counted. */
export const FieldsView = memo(function FieldsView({ value, label, first = firstFields, onHidden }: FieldsViewProps) {
  const [limit, setLimit] = useState<TextLimit | null>(null)
  const { rows, rest } = useMemo(() => {
    const all = fieldRows(value, limit ?? { lines: first.lines * spare, characters: first.characters * spare })
    return all.rest === null || limit !== null ? all : fieldRows(value, first)
  }, [value, limit, first])
  const isHidden = rest !== null
  useEffect(() => onHidden?.(isHidden), [onHidden, isHidden])
  if (rows.length === 0) return <p className="fields-none">No fields.</p>
  const more = () => setLimit(moreThan(limit ?? first))
  return (
    <div className="fields-frame">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex, jsx-a11y/prefer-tag-over-role -- what scrolls must be reachable by keyboard, and is no landmark */}
      <div className="fields-scroll" tabIndex={0} role="group" aria-label={label}>
        <dl className="fields">
          {rows.map((row, place) => (
            <Row key={place} row={row} />
          ))}
        </dl>
      </div>
      {rest && (
        <div className="show-more">
          <span>… {restWords(rest)}</span>
          <button type="button" onClick={more}>
            Show more
          </button>
          {rest.characters <= mostAtOnce && rest.fields <= 1_000 && (
            <button type="button" onClick={() => setLimit({ lines: Infinity, characters: 300_000 })}>
              Show all
            </button>
          )}
        </div>
      )}
    </div>
  )
})

const Row = memo(function Row({ row }: { row: FieldRow }) {
  const style: CSSProperties & Record<'--depth', number> = { '--depth': row.depth }
  return (
    <div className="field-row" style={style} data-kind={row.kind}>
      <dt dir="ltr">
        <VisibleSegments segments={row.name} draw={breakableText} />
      </dt>
      <dd dir="ltr">
        <VisibleSegments segments={row.value} draw={breakableText} />
      </dd>
    </div>
  )
})

function restWords({ fields, characters }: NonNullable<FieldRows['rest']>): string {
  return fields > 0 ? `${plural(fields, 'more field')}` : `${sizeWords(characters)} more`
}
