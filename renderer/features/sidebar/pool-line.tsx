import { Flame } from 'lucide-react'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { spareWords, memoryWords } from '../../words/pool-line-words.ts'

/** Spares that are ready, and the memory of all processes; leads to the pool. */
export function PoolLine() {
  const pool = usePool((state) => state.pool)
  const processes = usePool(({ instances }) => [...instances.values()].filter(({ process }) => process !== null).length)
  if (!pool) return null
  const memory = memoryWords(pool)
  return (
    <button type="button" className="sidebar-link" title="Open the pool" onClick={() => ui.go({ name: 'pool' })}>
      <Flame size={15} strokeWidth={1.75} aria-hidden />
      {spareWords(pool, processes)}
      {memory !== null && <span className="figure">{memory}</span>}
    </button>
  )
}
