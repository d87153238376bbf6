import { useEffect, useId, useState } from 'react'
import { bridge } from '../../connection/bridge.ts'
import { client } from '../../connection/connection.ts'
import { Button } from '../../ui/button.tsx'

export type FolderFieldProps = {
  id: string
  value: string
  onChange: (value: string) => void
  'aria-describedby': string
  'aria-invalid': boolean
}

const pauseMs = 120

/** A path that completes itself while it is typed; in the desktop window also a folder chooser. */
export function FolderField({ value, onChange, ...rest }: FolderFieldProps) {
  const listId = useId()
  const folders = useFolders(value)
  const choose = () => {
    bridge?.pickFolder(value || null).then(
      (folder) => folder !== null && onChange(folder),
      () => undefined,
    )
  }
  return (
    <div className="input-row">
      <input
        className="input input-code"
        list={listId}
        value={value}
        placeholder="~/work/project"
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
        {...rest}
      />
      <datalist id={listId} aria-label="Folders">
        {folders.map((folder) => (
          <option key={folder} value={folder}>
            {folder}
          </option>
        ))}
      </datalist>
      {bridge && <Button onClick={choose}>Choose…</Button>}
    </div>
  )
}

function useFolders(prefix: string): readonly string[] {
  const [folders, setFolders] = useState<readonly string[]>([])
  useEffect(() => {
    const abort = new AbortController()
    const timer = setTimeout(() => {
      client.system.folders({ prefix }, { signal: abort.signal }).then(
        ({ items }) => setFolders(items.map(({ path }) => path)),
        () => undefined,
      )
    }, pauseMs)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [prefix])
  return folders
}
