import { useEffect, useRef, useState } from 'react'
import type { ExportFormat, Transfer } from '../../../shared/domain/transfer.ts'
import { bridge } from '../../connection/bridge.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import { downloadTransfer } from '../../connection/files.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TransferProgress } from './progress.tsx'
import { faultOf, formatBytes, formatChoices } from './transfer-words.ts'
import { useTransfers } from './use-transfers.ts'
import './transfer.css'

/** Saves conversations as files: one, those that were chosen, or all. */
export function ExportDialog({ ids }: { ids: readonly string[] | null }) {
  const [format, setFormat] = useState<ExportFormat>(ids?.length === 1 ? 'markdown' : 'bundle')
  const { transfers, problem, busy, start, stop } = useTransfers('export')
  const [transfer] = transfers
  const saved = useSaving(transfer)
  const { title, description } = useTitle(ids)
  const begin = async () => {
    const path = bridge ? await bridge.pickSave(suggestedName(ids, format)) : undefined
    // The user closed the system's dialog, which also asks before it takes a name that is there.
    if (path === null) return
    await start([
      () =>
        client.transfer.exportMany({ ...(ids ? { ids: [...ids] } : {}), format, ...(path === undefined ? {} : { path, overwrite: true }) }),
    ])
  }
  const fault = problem ?? saved.problem ?? (transfer ? faultOf(transfer) : null)
  const footer = (
    <>
      {fault !== null && (
        <p className="problem" role="alert">
          {fault}
        </p>
      )}
      {busy ? (
        <Button onClick={() => void stop()}>Stop</Button>
      ) : (
        <>
          <Button variant="quiet" onClick={ui.closeDialog}>
            Close
          </Button>
          <Button variant="primary" onClick={() => void begin()}>
            Export
          </Button>
        </>
      )}
    </>
  )
  return (
    <Dialog title={title} description={description} onClose={ui.closeDialog} footer={footer}>
      <fieldset className="transfer-formats" disabled={busy}>
        <legend className="field-label">Save as</legend>
        {formatChoices.map((choice) => (
          <label key={choice.format} className="transfer-format">
            <input type="radio" name="format" checked={format === choice.format} onChange={() => setFormat(choice.format)} />
            <span>
              {choice.title}
              <small>{choice.words}</small>
            </span>
          </label>
        ))}
      </fieldset>
      {busy && <TransferProgress transfers={transfers} label="Export" />}
      {saved.words !== null && <p aria-live="polite">{saved.words}</p>}
    </Dialog>
  )
}

function useTitle(ids: readonly string[] | null): { title: string; description?: string | undefined } {
  const title = usePool((state) => (ids?.length === 1 ? state.conversations.get(ids[0] ?? '')?.title : undefined))
  if (ids === null) return { title: 'Export all conversations' }
  return ids.length === 1 ? { title: 'Export this conversation', description: title } : { title: `Export ${ids.length} conversations` }
}

function suggestedName(ids: readonly string[] | null, format: ExportFormat): string {
  const isZip = format === 'bundle' || (ids?.length !== 1 && format !== 'jsonl')
  return `bullpen.${isZip ? 'zip' : format === 'markdown' ? 'md' : format}`
}

/** What was made goes to the user's downloads by itself, once, unless it was saved where the user said. */
function useSaving(transfer: Transfer | undefined): { words: string | null; problem: string | null } {
  const [handed, setHanded] = useState<{ id: string; problem: string | null } | null>(null)
  const begun = useRef<string | null>(null)
  const file = transfer?.state === 'done' ? transfer.file : null
  useEffect(() => {
    if (!transfer || !file || file.savedTo !== null || begun.current === transfer.id) return
    begun.current = transfer.id
    const { id } = transfer
    downloadTransfer(transfer).then(
      () => setHanded({ id, problem: null }),
      (thrown: unknown) => setHanded({ id, problem: errorWords(thrown) }),
    )
  }, [transfer, file])
  if (!file) return { words: null, problem: null }
  const size = formatBytes(file.bytes)
  if (file.savedTo !== null) return { words: `Saved as ${file.savedTo} (${size}).`, problem: null }
  if (handed === null || handed.id !== transfer?.id) return { words: null, problem: null }
  return { words: handed.problem === null ? `Saved to your downloads as ${file.name} (${size}).` : null, problem: handed.problem }
}
