import { Fragment, useState } from 'react'
import { useThreadContext } from './thread-context.ts'
import type { ThreadRow } from './thread-row.ts'

const shownAtFirst = 12

/** What a sub-agent says and does, nested under the call that it works for; of much only the newest. */
export function AgentWork({ rows }: { rows: readonly ThreadRow[] }) {
  const { renderRow } = useThreadContext()
  const [isWhole, setWhole] = useState(false)
  const hidden = isWhole ? 0 : Math.max(0, rows.length - shownAtFirst)
  return (
    <div className="agent-work">
      {hidden > 0 && (
        <button type="button" className="fold" onClick={() => setWhole(true)}>
          {hidden} earlier {hidden === 1 ? 'step' : 'steps'}
        </button>
      )}
      {rows.slice(hidden).map((row) => (
        <Fragment key={row.key}>{renderRow(row)}</Fragment>
      ))}
    </div>
  )
}
