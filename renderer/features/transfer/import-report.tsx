import { CircleAlert, CircleCheck, CircleMinus } from 'lucide-react'
import { Virtuoso } from 'react-virtuoso'
import type { ImportItem, ImportReport } from '../../../shared/domain/transfer.ts'
import { ui } from '../../state/ui-store.ts'
import { reportWords } from './transfer-words.ts'

const rowHeight = 46
const mostHeight = 280

/** What was taken, what was left, and why. */
export function ImportReportView({ report }: { report: ImportReport }) {
  const { items, hidden } = report
  return (
    <section className="transfer-report" aria-label="Import results">
      <p aria-live="polite">{reportWords(report)}</p>
      {items.length > 0 && (
        <Virtuoso
          tabIndex={0}
          style={{ height: Math.min(mostHeight, items.length * rowHeight + 2) }}
          data={items}
          itemContent={(_, item) => <Item item={item} />}
        />
      )}
      {hidden > 0 && <p className="field-hint">and {hidden} more not listed.</p>}
    </section>
  )
}

const marks = {
  taken: { icon: CircleCheck, words: 'Imported' },
  duplicate: { icon: CircleMinus, words: 'Already here' },
  refused: { icon: CircleAlert, words: 'Skipped' },
} as const

function Item({ item: { from, title, outcome, reason, conversationId } }: { item: ImportItem }) {
  const { icon: Icon, words } = marks[outcome]
  return (
    <div className={`transfer-item transfer-item-${outcome}`}>
      <Icon size={14} strokeWidth={1.75} aria-label={words} />
      <div>
        {conversationId === null ? (
          <span className="transfer-item-title">{title ?? from}</span>
        ) : (
          <button
            type="button"
            className="transfer-item-title"
            onClick={() => {
              ui.closeDialog()
              ui.go({ name: 'conversation', id: conversationId })
            }}
          >
            {title ?? from}
          </button>
        )}
        <small title={from}>{reason === '' ? from : reason}</small>
      </div>
    </div>
  )
}
