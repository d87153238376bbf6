import { Flame } from 'lucide-react'
import { useShallow } from 'zustand/react/shallow'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { spareWords, memoryWords } from '../../words/pool-line-words.ts'

/** Spares that are ready, and the memory of all processes; leads to the pool. */
export function PoolLine() {
  const pool = usePool((state) => state.pool)
  const running = usePool(
    useShallow(({ instances }) => [...instances.values()].flatMap(({ process }) => (process === null ? [] : [process.memoryMb]))),
  )
  if (!pool) return null
  const memory = memoryWords({ memoryMb: sumOf([...running, pool.spareMemoryMb]), memoryLimitMb: pool.memoryLimitMb })
  return (
    <button type="button" className="sidebar-link" title="Open the pool" onClick={() => ui.go({ name: 'pool' })}>
      <Flame size={15} strokeWidth={1.75} aria-hidden />
      {spareWords(pool, running.length)}
      {memory !== null && <span className="figure">{memory}</span>}
    </button>
  )
}

/** Null where none of them was measured. */
function sumOf(amounts: readonly (number | null)[]): number | null {
  const known = amounts.filter((amount) => amount !== null)
  return known.length === 0 ? null : known.reduce((sum, amount) => sum + amount, 0)
}
