import { useEffect, useState } from 'react'
import type { CleanUp } from '../../../shared/domain/library.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../connection/error-words.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { formatBytes, plural } from '../conversations/figures.ts'
import { actOn } from './library-actions.ts'
import { whenWords } from './library-words.ts'

const states = [
  ['active', 'Active ones'],
  ['archived', 'Archived ones'],
  ['all', 'Both'],
] as const

type Wanted = { days: string; megabytes: string; state: (typeof states)[number][0] }

/** Makes room: what is old or large is shown first, and only what is shown goes. */
export function CleanUpDialog() {
  const [wanted, setWanted] = useState<Wanted>({ days: '90', megabytes: '', state: 'active' })
  const { found, problem } = usePreview(numberOf(wanted.days), numberOf(wanted.megabytes), wanted.state)
  const ids = found?.ids ?? []
  const go = (action: 'archive' | 'delete') => {
    ui.closeDialog()
    void actOn(action, ids)
  }
  const footer = (
    <>
      <output className="dialog-foot-words figure">
        {found === null
          ? 'Looking…'
          : ids.length === 0
            ? 'Nothing is that old or large.'
            : `${plural(ids.length, 'conversation')} · ${formatBytes(found.bytes)}`}
      </output>
      <Button variant="quiet" onClick={ui.closeDialog}>
        Cancel
      </Button>
      <Button variant="danger" disabled={ids.length === 0} onClick={() => go('delete')}>
        Move to the trash
      </Button>
      {wanted.state !== 'archived' && (
        <Button variant="primary" disabled={ids.length === 0} onClick={() => go('archive')}>
          Archive
        </Button>
      )}
    </>
  )
  return (
    <Dialog
      title="Clean up"
      description="Archived ones are compressed, still found and read. The trash keeps what it gets for 30 days."
      onClose={ui.closeDialog}
      footer={footer}
    >
      <Fields wanted={wanted} onChange={setWanted} />
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {found !== null && found.items.length > 0 && <Preview found={found} />}
    </Dialog>
  )
}

function Fields({ wanted, onChange }: { wanted: Wanted; onChange: (wanted: Wanted) => void }) {
  return (
    <div className="clean-up-fields">
      <Field label="Not changed for (days)">
        {(props) => (
          <input
            className="input"
            inputMode="numeric"
            value={wanted.days}
            onChange={(event) => onChange({ ...wanted, days: event.target.value })}
            {...props}
          />
        )}
      </Field>
      <Field label="Larger than (MB)">
        {(props) => (
          <input
            className="input"
            inputMode="decimal"
            placeholder="any size"
            value={wanted.megabytes}
            onChange={(event) => onChange({ ...wanted, megabytes: event.target.value })}
            {...props}
          />
        )}
      </Field>
      <Field label="Which">
        {(props) => (
          <select
            className="input"
            value={wanted.state}
            onChange={(event) => onChange({ ...wanted, state: states.find(([value]) => value === event.target.value)?.[0] ?? 'active' })}
            {...props}
          >
            {states.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
    </div>
  )
}

function Preview({ found }: { found: CleanUp }) {
  const others = found.ids.length - found.items.length
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <section className="clean-up-list" aria-label="What would go" tabIndex={0}>
      <ul>
        {found.items.map((item) => (
          <li key={item.id}>
            <span title={item.title}>{item.title}</span>
            <span className="figure">{whenWords(item.updatedAt)}</span>
            <span className="figure">{formatBytes(item.bytes)}</span>
          </li>
        ))}
        {others > 0 && (
          <li>
            <span>and {others.toLocaleString('en-US')} smaller ones</span>
          </li>
        )}
      </ul>
    </section>
  )
}

const typingMs = 200

function usePreview(days: number | undefined, megabytes: number | undefined, state: (typeof states)[number][0]) {
  const key = `${days} ${megabytes} ${state}`
  const [last, setLast] = useState<{ key: string; found: CleanUp | null; problem: string | null }>({ key: '', found: null, problem: null })
  useEffect(() => {
    let gone = false
    const look = async () => {
      const next = await preview(days, megabytes, state)
      if (!gone) setLast({ key, ...next })
    }
    const timer = setTimeout(() => void look(), typingMs)
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [key, days, megabytes, state])
  return last.key === key ? last : { found: null, problem: null }
}

async function preview(days: number | undefined, megabytes: number | undefined, state: (typeof states)[number][0]) {
  try {
    const found = await client.library.cleanUp({
      state,
      ...(days === undefined ? {} : { olderThanDays: days }),
      ...(megabytes === undefined ? {} : { minBytes: megabytes * 1_000_000 }),
    })
    return { found, problem: null }
  } catch (thrown) {
    return { found: null, problem: errorWords(thrown) }
  }
}

function numberOf(text: string): number | undefined {
  const number = Number(text.replace(',', '.'))
  return text.trim() === '' || !Number.isFinite(number) || number < 0 ? undefined : number
}
