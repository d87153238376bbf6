import { useEffect, useState } from 'react'
import type { Settings } from '../../../shared/domain/settings.ts'
import type { SnapshotStatus } from '../../../shared/domain/snapshot.ts'
import { client } from '../../connection/connection.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { SomeItems } from '../../ui/some-items.tsx'
import { Switch } from '../../ui/switch.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'
import { errorWords } from '../../words/error-words.ts'
import { formatBytes, shortPath } from '../../words/figures.ts'
import { Setting, TextSetting } from './setting.tsx'
import { readDays, readMegabytes, snapshotWords } from './snapshot-words.ts'
import './snapshot-settings.css'

/** Whether files are kept as they were around each turn, for how long, and what that takes. */
export function SnapshotSettings({ settings, home }: { settings: Settings; home: string }) {
  const { snapshots, snapshotDays, snapshotLimitMb } = settings
  const { status, problem, load } = useStatus(snapshots)
  const words = (
    <>
      <p>
        Keeps the files of a folder as they were before and after each turn, so you can review changes and rewind. Ignored files are left
        out.
      </p>
      {status && <p className={status.note !== null && snapshots ? 'field-problem' : 'setting-now'}>{snapshotWords(status)}</p>}
      {problem !== null && <p className="field-problem">{problem}</p>}
    </>
  )
  return (
    <section className="settings-group">
      <h2>File snapshots</h2>
      <Setting title="Take snapshots" words={words}>
        {({ id, 'aria-describedby': description }, save) => (
          <Switch id={id} aria-describedby={description} checked={snapshots} onChange={(value) => void save({ snapshots: value })} />
        )}
      </Setting>
      <Setting title="Keep snapshots for" words="Older ones are deleted, and files can’t be rewound to them.">
        {(control, save, refuse) => (
          <TextSetting
            {...control}
            value={String(snapshotDays)}
            unit="days"
            read={readDays}
            refuse={refuse}
            onSave={(days) => save({ snapshotDays: days })}
          />
        )}
      </Setting>
      <Setting title="Storage limit" words="For all folders together. Above it, the oldest snapshots are deleted.">
        {(control, save, refuse) => (
          <TextSetting
            {...control}
            value={String(snapshotLimitMb)}
            unit="MB"
            read={readMegabytes}
            refuse={refuse}
            onSave={(limit) => save({ snapshotLimitMb: limit })}
          />
        )}
      </Setting>
      {status && status.folders.length > 0 && <Folders status={status} home={home} onChange={load} />}
    </section>
  )
}

function Folders({ status, home, onChange }: { status: SnapshotStatus; home: string; onChange: () => void }) {
  const [asked, setAsked] = useState<string | null>(null)
  return (
    <ul className="snapshot-folders" aria-label="Folders with snapshots">
      <SomeItems items={status.folders} first={8} name="folders">
        {({ folder, bytes, snapshots, note }) => (
          <li key={folder}>
            <span className="snapshot-folder" dir="auto" title={folder}>
              <VisibleText text={shortPath(folder, { home })} />
            </span>
            <span className="snapshot-size">
              {snapshots === 1 ? '1 snapshot' : `${snapshots.toLocaleString('en-US')} snapshots`} · {formatBytes(bytes)}
            </span>
            {snapshots > 0 && (
              <Button small aria-label={`Delete the snapshots of ${folder}`} onClick={() => setAsked(folder)}>
                Delete
              </Button>
            )}
            {note !== null && <p className="field-problem">{note}</p>}
          </li>
        )}
      </SomeItems>
      {asked !== null && <DeleteDialog folder={asked} onClose={() => setAsked(null)} onDone={onChange} />}
    </ul>
  )
}

function DeleteDialog({ folder, onClose, onDone }: { folder: string; onClose: () => void; onDone: () => void }) {
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const remove = async () => {
    setBusy(true)
    try {
      await client.snapshots.remove({ folder })
      onDone()
      onClose()
    } catch (thrown) {
      setProblem(errorWords(thrown))
      setBusy(false)
    }
  }
  const buttons = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button variant="danger" disabled={busy} onClick={() => void remove()}>
        Delete snapshots
      </Button>
    </>
  )
  return (
    <Dialog
      title="Delete snapshots?"
      description="Changes up to now can’t be shown or rewound any more, and rewinds can’t be undone. Your files stay as they are."
      onClose={onClose}
      footer={buttons}
    >
      <p className="snapshot-folder" dir="auto">
        <VisibleText text={folder} />
      </p>
      {problem !== null && (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  )
}

function useStatus(on: boolean) {
  const [asked, setAsked] = useState(0)
  const [status, setStatus] = useState<SnapshotStatus | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    let left = false
    client.snapshots.status().then(
      (now) => {
        if (left) return
        setStatus(now)
        setProblem(null)
      },
      (thrown: unknown) => !left && setProblem(errorWords(thrown)),
    )
    return () => {
      left = true
    }
  }, [on, asked])
  return { status, problem, load: () => setAsked((before) => before + 1) }
}
