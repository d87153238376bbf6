import type { Transfer } from '../../../shared/domain/transfer.ts'
import { plural } from '../../words/figures.ts'
import { formatBytes, shareDone } from './transfer-words.ts'

/** How far it is, as a bar and in words. */
export function TransferProgress({ transfers, label }: { transfers: readonly Transfer[]; label: string }) {
  const share = shareDone(transfers)
  const done = transfers.reduce((sum, one) => sum + one.done, 0)
  const bytes = transfers.reduce((sum, one) => sum + one.bytes, 0)
  return (
    <div className="transfer-progress">
      <progress aria-label={label} max={1} {...(share === null ? {} : { value: share })} />
      <p className="figure" aria-live="polite">
        {plural(done, 'conversation')} · {formatBytes(bytes)}
      </p>
    </div>
  )
}
