import { ChevronRight } from 'lucide-react'
import { memo } from 'react'
import { Markdown } from '../../markdown/markdown.tsx'
import { formatSeconds } from '../../words/figures.ts'
import { useUnfolded } from './thread-context.ts'
import type { ThinkingRow } from './thread-row.ts'

/** A thought, folded: that it took place and how long it took. */
export const ThinkingLine = memo(function ThinkingLine({ row }: { row: ThinkingRow }) {
  const [isOpen, toggle] = useUnfolded(row.key)
  const words = row.live ? 'Thinking…' : row.durationMs === null ? 'Thought' : `Thought for ${formatSeconds(row.durationMs)}`
  return (
    <div>
      <button type="button" className="fold" aria-expanded={isOpen} onClick={toggle}>
        <ChevronRight size={14} strokeWidth={1.75} className="fold-mark" aria-hidden />
        {words}
      </button>
      {isOpen && (
        <div className="thought">
          <Markdown text={row.text} live={row.live} />
        </div>
      )}
    </div>
  )
})
