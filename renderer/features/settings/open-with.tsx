import { useEffect, useState } from 'react'
import type { Opener } from '../../../shared/domain/opener.ts'
import type { Settings } from '../../../shared/domain/settings.ts'
import { client } from '../../connection/connection.ts'
import { Setting, TextSetting, type Control, type Refuse } from './setting.tsx'
import { readCommand } from './settings-words.ts'

/** Which programs files and folders are opened in: one that was found, or a command line of one's own. */
export function OpenWith({ settings: { editor, terminal } }: { settings: Settings }) {
  const openers = useOpeners()
  return (
    <>
      <Setting title="Editor" words={<Words openers={openers} kind="editor" what="Opens files, at the line where that is known." />}>
        {(control, save, refuse) => (
          <Program {...{ control, refuse, openers }} kind="editor" chosen={editor} onSave={(value) => save({ editor: value })} />
        )}
      </Setting>
      <Setting
        title="Terminal"
        words={<Words openers={openers} kind="terminal" what="Opens folders, and editors that run in a terminal." />}
      >
        {(control, save, refuse) => (
          <Program {...{ control, refuse, openers }} kind="terminal" chosen={terminal} onSave={(value) => save({ terminal: value })} />
        )}
      </Setting>
    </>
  )
}

type Kind = 'editor' | 'terminal'

function Words({ openers, kind, what }: { openers: readonly Opener[] | null; kind: Kind; what: string }) {
  const isNone = openers !== null && !openers.some((opener) => opener.kind === kind)
  return (
    <>
      <p>{what}</p>
      {isNone && <p className="setting-now">None was found on the machine Bullpen runs on.</p>}
    </>
  )
}

type ProgramProps = {
  control: Control
  refuse: Refuse
  openers: readonly Opener[] | null
  kind: Kind
  chosen: string | null
  onSave: (value: string | null) => Promise<boolean>
}

const automatic = 'automatic'
const own = 'own command'

function Program({ control, refuse, openers, kind, chosen, onSave }: ProgramProps) {
  const found = (openers ?? []).filter((opener) => opener.kind === kind)
  const isFound = openers === null || chosen === null || found.some(({ id }) => id === chosen)
  const [writes, setWrites] = useState(false)
  const isOwn = writes || !isFound
  return (
    <>
      <select
        {...control}
        className="input"
        value={isOwn ? own : (chosen ?? automatic)}
        onChange={({ target: { value } }) => {
          setWrites(value === own)
          refuse(null)
          if (value !== own) void onSave(value === automatic ? null : value)
        }}
      >
        <option value={automatic}>{found[0] ? `Automatic (${found[0].name})` : 'Automatic'}</option>
        {openers === null && chosen !== null && <option value={chosen}>{chosen}</option>}
        {found.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
        <option value={own}>Other command…</option>
      </select>
      {isOwn && (
        <TextSetting
          {...control}
          id={`${control.id}-command`}
          aria-label={`Command for the ${kind}`}
          placeholder={kind === 'editor' ? 'program {file}:{line}' : 'program {folder}'}
          value={isFound ? '' : (chosen ?? '')}
          read={readCommand}
          refuse={refuse}
          onSave={async (value) => {
            const saved = await onSave(value)
            if (saved) setWrites(false)
            return saved
          }}
        />
      )}
    </>
  )
}

/** Null until they were looked for. */
function useOpeners(): readonly Opener[] | null {
  const [openers, setOpeners] = useState<readonly Opener[] | null>(null)
  useEffect(() => {
    let isHere = true
    client.openers.list().then(
      ({ items }) => isHere && setOpeners(items),
      () => isHere && setOpeners([]),
    )
    return () => {
      isHere = false
    }
  }, [])
  return openers
}
