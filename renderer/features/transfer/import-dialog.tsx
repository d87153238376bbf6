import { FileUp } from 'lucide-react'
import { useRef, useState } from 'react'
import type { Transfer } from '../../../shared/domain/transfer.ts'
import { bridge } from '../../connection/bridge.ts'
import { client } from '../../connection/connection.ts'
import { sendFile } from '../../connection/files.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { useFileDrop } from '../../ui/use-file-drop.ts'
import { FolderField } from '../instances/folder-field.tsx'
import { ImportReportView } from './import-report.tsx'
import { TransferProgress } from './progress.tsx'
import { faultOf, joinReports } from './transfer-words.ts'
import { useTransfers } from './use-transfers.ts'
import './transfer.css'

/** Takes in conversations from files and folders, and says what became of each. */
export function ImportDialog() {
  const { transfers, problem, busy, start, stop, reset } = useTransfers('import')
  const [path, setPath] = useState('')
  const isOver = transfers.length > 0 && !busy
  const take = (begin: readonly (() => Promise<Transfer>)[]) => void start(begin)
  const fault = problem ?? transfers.map(faultOf).find((words) => words !== null) ?? null
  const footer = (
    <>
      {fault !== null && (
        <p className="problem" role="alert">
          {fault}
        </p>
      )}
      {busy && <Button onClick={() => void stop()}>Stop</Button>}
      {isOver && <Button onClick={reset}>Import more</Button>}
      {!busy && (
        <Button variant={isOver ? 'primary' : 'quiet'} onClick={ui.closeDialog}>
          {isOver ? 'Done' : 'Close'}
        </Button>
      )}
      {!busy && !isOver && (
        <Button variant="primary" disabled={path.trim() === ''} onClick={() => take([() => client.transfer.import({ path: path.trim() })])}>
          Import from path
        </Button>
      )}
    </>
  )
  return (
    <Dialog
      title="Import conversations"
      description="A bundle or files of Bullpen, transcripts of Claude Code, or a claude.ai data export. What is here already is not taken twice."
      onClose={ui.closeDialog}
      footer={footer}
    >
      {busy && <TransferProgress transfers={transfers} label="Import" />}
      {isOver && <ImportReportView report={joinReports(transfers)} />}
      {!busy && !isOver && (
        <>
          <DropPlace
            onFiles={(files) => take(files.map((file) => () => sendFile(file)))}
            onPath={(chosen) => take([() => client.transfer.import({ path: chosen })])}
          />
          <Field label="Or a file or folder on this computer" hint="For example ~/.claude/projects. Links in it are not followed.">
            {(props) => <FolderField value={path} onChange={setPath} placeholder="/home/me/.claude/projects" {...props} />}
          </Field>
        </>
      )}
    </Dialog>
  )
}

type DropPlaceProps = { onFiles: (files: File[]) => void; onPath: (path: string) => void }

function DropPlace({ onFiles, onPath }: DropPlaceProps) {
  const place = useRef<HTMLDivElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const isOver = useFileDrop(place, onFiles)
  const choose = () => {
    if (!bridge) return input.current?.click()
    bridge.pickFile().then(
      (path) => path !== null && onPath(path),
      () => undefined,
    )
    return undefined
  }
  return (
    <div ref={place} className="transfer-drop" data-over={isOver ? '' : undefined}>
      <FileUp size={20} strokeWidth={1.5} aria-hidden />
      <p>Drop files here, or</p>
      <Button onClick={choose}>Choose files…</Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files to import"
        accept=".zip,.jsonl,.json,.gz"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])]
          event.target.value = ''
          if (files.length > 0) onFiles(files)
        }}
      />
    </div>
  )
}
